import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, eventually, openManifest } from './editor.ts';
import { hasPage, page } from './page.ts';

const text = `version: 1
workloads:
  finetune: # nightly
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: s3://team/ckpt }
    target: # ours
      provider: aws
      region: us-east-1
      accelerator: h100-sxm # fast
      count: 8
      capacity: on-demand
`;
const beforeTarget = text.slice(0, text.indexOf('    target:'));
// Rows of a list that was closed stay in the document, unseen.
const row = '.quick-input-list .monaco-list-row:visible';

/** Waits for the list and until the keyboard is its: what is pressed before goes to the editor. */
async function listed(): Promise<string> {
  const first = await page.workbenchText({ selector: row, contains: 'h100-sxm' });
  await eventually('the keyboard in the list', async () => {
    return (await page.workbenchCount({ selector: '.quick-input-widget:visible input:focus' })) > 0;
  });
  return first;
}

describe('Switch Hardware', () => {
  beforeEach(function () {
    if (!hasPage()) this.skip();
  });
  afterEach(closeAll);

  it('lists the alternatives with now on top, and edits the target alone', async () => {
    const editor = await openManifest('switch.ai-infra.yaml', text);
    editor.selection = new vscode.Selection(2, 4, 2, 4);
    // Not awaited: the command waits for the person who chooses.
    const switching = vscode.commands.executeCommand('aiInfra.switchHardware');
    const now = await listed();
    assert.match(now, /8 × h100-sxm · aws us-east-1 · on-demand/);
    assert.match(now, /now/);
    await page.press({ keys: 'ArrowDown' });
    const chosen = await page.workbenchText({
      selector: '.quick-input-list .monaco-list-row.focused:visible .label-name',
    });
    const hardware = /\d+ × ([\w-]+)/.exec(chosen);
    assert.ok(hardware, chosen);
    await page.press({ keys: 'Enter' });
    await switching;

    const { document } = editor;
    await eventually('an edit', () => document.getText() !== text);
    const after = document.getText();
    assert.ok(after.startsWith(beforeTarget), 'nothing before the target has changed');
    assert.match(after, new RegExp(`accelerator: ${hardware[1] ?? ''}\\b`));
    assert.match(after, /target: # ours\n/);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), text);
  });

  it('changes nothing when the person turns away', async () => {
    const editor = await openManifest('escape.ai-infra.yaml', text);
    editor.selection = new vscode.Selection(4, 0, 4, 0);
    const switching = vscode.commands.executeCommand('aiInfra.switchHardware');
    await listed();
    await page.press({ keys: 'Escape' });
    await switching;
    assert.equal(editor.document.getText(), text);
  });
});
