import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, eventually, finding, openManifest, workspaceFile } from '../editor.ts';
import { page } from '../page.ts';

const manifest = `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: s3://team/ckpt }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`;

describe('VS Code for the web', () => {
  const extension = vscode.extensions.getExtension('ai-infra.ai-infra');
  before(async () => {
    // The folder is empty: the tests write what they open.
    await vscode.workspace.fs.writeFile(workspaceFile('ai-infra.yaml'), new TextEncoder().encode(manifest));
  });
  afterEach(closeAll);

  it('has the extension from an address, in a worker of the browser', () => {
    assert.ok(extension);
    assert.equal(extension.extensionUri.scheme, 'http');
    assert.equal(vscode.env.uiKind, vscode.UIKind.Web);
    assert.equal(vscode.env.remoteName, undefined);
  });

  it('activates it with the first manifest, and not before', async () => {
    assert.ok(extension);
    const plain = await vscode.workspace.openTextDocument({ language: 'yaml', content: manifest });
    await vscode.window.showTextDocument(plain);
    assert.equal(extension.isActive, false);
    await openManifest('ai-infra.yaml');
    await eventually('the activation', () => extension.isActive);
  });

  it('shows the page of a rule as text where nothing previews Markdown', async () => {
    const { document } = await openManifest(
      'unsafe.ai-infra.yaml',
      manifest.replace('count: 8', 'count: 8, capacity: spot').replace(/ {4}checkpointing.*\n/, ''),
    );
    await finding(document, 'AI501');
    await vscode.commands.executeCommand('aiInfra.explainRule', 'AI501');
    await eventually('the page', () => {
      const shown = vscode.window.activeTextEditor?.document;
      return shown?.uri.scheme === 'ai-infra-rule' && /spot-without-checkpointing/.test(shown.getText());
    });
  });

  it('draws the plan in the panel, and the total with it', async () => {
    await openManifest('ai-infra.yaml');
    await vscode.commands.executeCommand('aiInfra.showPanel');
    assert.match(await page.panelText({ selector: '.total .value' }), /^(≥ )?\$[\d.,]+k?$/);
    assert.match(await page.panelText({ selector: '.card h3' }), /finetune/);
    await page.screenshot({ name: 'web-panel' });
  });

  it('switches the hardware by the button of the panel', async () => {
    const { document } = await openManifest('switched.ai-infra.yaml', manifest);
    await vscode.commands.executeCommand('aiInfra.showPanel');
    await page.panelClick({ selector: '.alternatives tbody tr button' });
    await eventually('an edit of the target', () => document.getText() !== manifest);
    assert.equal(document.getText().split('\n    target:')[0], manifest.split('\n    target:')[0]);
  });
});
