import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { hoverOver, openAt } from './asking.ts';
import { closeAll } from './editor.ts';
import { hasPage, page } from './page.ts';

const RUN = `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
<|>`;

describe('Hover', () => {
  afterEach(closeAll);

  it('tells a key its meaning, its unit and its default', async () => {
    const editor = await openAt(RUN);
    const text = await hoverOver(editor, 'interval');
    assert.match(text, /^\*\*interval\*\*/);
    assert.match(text, /Time between two checkpoints/);
    assert.match(text, /a duration · such as `30m`/);
    assert.match(await hoverOver(editor, 'count'), /default: one machine where `instance` is given/);
  });

  it('opens the cost to its arithmetic, with the source and the date of the price', async () => {
    const text = await hoverOver(await openAt(RUN), 'target');
    const line = /([\d.]+) machine-hour × \$([\d.]+) \| \$([\d.,]+) \| a run/.exec(text);
    assert.ok(line, text);
    const [, hours, usdPerHour, usd] = line.map(Number);
    assert.ok(Math.abs(hours! * usdPerHour! - usd!) < 0.05, line[0]);
    assert.match(text, /Prices: .*\(20\d\d-\d\d-\d\d/);
  });

  it('opens the time to its formula and what was put into it', async () => {
    const text = await hoverOver(await openAt(RUN), 'tokens');
    assert.match(text, /\| takes \| [\d.]+ h \|/);
    assert.match(text, /`tokens ÷ [^`]+`\n\ntokens 2B · accelerators 8 · goodput/);
  });

  it('rules off the memory, and says what would flip the choice', async () => {
    const text = await hoverOver(await openAt(RUN), 'h100-sxm');
    assert.match(text, /GiB of 80 GiB per accelerator: fits/);
    assert.match(text, /`█+▓*▒*◆*░*·*│`/);
    for (const part of ['weights', 'gradients', 'optimizer states', 'activations'])
      assert.match(text, new RegExp(`\\| ${part} \\| [\\d.]+ [GM]iB \\|`));
    assert.match(text, /The best choice is .*\n\n- until .* (?:costs|reaches)/);
  });

  it('is drawn with its numbers as a table', async function () {
    if (!hasPage()) this.skip();
    const { document } = await openAt(RUN.replace('<|>', '').replace('h100', 'h1<|>00'));
    assert.equal(document.isDirty, false);
    await vscode.commands.executeCommand('editor.action.showHover');
    const cell = await page.workbenchText({ selector: '.monaco-hover:not(.hidden) table tr', contains: 'weights' });
    assert.match(cell, /weights\s+[\d.]+ GiB/);
  });
});
