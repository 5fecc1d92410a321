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
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 } # ours
`;
// Rows of a list that was closed stay in the document, unseen.
const row = '.quick-input-list .monaco-list-row:visible';

describe('Browse Hardware', () => {
  beforeEach(function () {
    if (!hasPage()) this.skip();
  });
  afterEach(closeAll);

  it('goes from the chip to its offers, and puts the chosen one into the manifest', async () => {
    const editor = await openManifest('browse.ai-infra.yaml', text);
    // Not awaited: the command waits for the person who chooses.
    const browsing = vscode.commands.executeCommand('aiInfra.browseHardware');
    await page.workbenchText({ selector: row, contains: 'providers' });
    await page.type({ text: 'h100-sxm' });
    const chip = await page.workbenchText({ selector: row, contains: 'H100 SXM' });
    assert.match(chip, /h100-sxm/);
    assert.match(chip, /80 GiB/);
    assert.match(chip, /on demand from \$[\d.]+/);
    assert.match(chip, /pytorch native/);
    await page.press({ keys: 'Enter' });

    await page.workbenchText({ selector: row, contains: 'each, an hour' });
    await page.type({ text: 'Standard_ND96isr_H100_v5 · on-demand' });
    const offer = await page.workbenchText({ selector: row, contains: 'Standard_ND96isr_H100_v5' });
    assert.match(offer, /azure/);
    assert.match(offer, /of 20\d\d-\d\d-\d\d/);
    await page.press({ keys: 'ArrowDown' });
    await page.press({ keys: 'Enter' });
    await browsing;

    const { document } = editor;
    await eventually('an edit', () => document.getText() !== text);
    assert.match(document.getText(), /target: \{ provider: azure, region: eastus, .*count: 8.*\} # ours\n/);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), text);
  });
});
