import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { applyFix, closeAll, codeOf, eventually, finding, noFinding, openManifest, textAt } from './editor.ts';

const tpuAtHome = `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 100M, method: lora }
    target: { deployment: on-premises, accelerator: tpu-v5e, count: 8 } # the lab
`;

const pytorchOnTpu = `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch # the team's
    training: { tokens: 100M, method: lora }
    target: { provider: gcp, region: us-central1, accelerator: tpu-v5e, count: 8 }
`;

const spot = `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora } # two weeks of chats
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
`;

describe('Headline findings', () => {
  afterEach(closeAll);

  it('flags a TPU on own premises, and the fix moves it to Google Cloud', async () => {
    const { document } = await openManifest('tpu-at-home.ai-infra.yaml', tpuAtHome);
    const found = await finding(document, 'AI201');
    assert.equal(found.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(textAt(document, found.range), 'tpu-v5e');
    await applyFix(document, found, /gcp|Google/);
    await noFinding(document, 'AI201');
    assert.match(document.getText(), /\n {4}target: \{[^}]*provider: gcp[^}]*\} # the lab\n$/);
    assert.doesNotMatch(document.getText(), /on-premises/);
    assert.equal(document.getText().split('\n    target:')[0], tpuAtHome.split('\n    target:')[0]);
  });

  it('flags PyTorch on a TPU, and the fix says jax', async () => {
    const { document } = await openManifest('pytorch-on-tpu.ai-infra.yaml', pytorchOnTpu);
    const found = await finding(document, 'AI301');
    assert.equal(found.severity, vscode.DiagnosticSeverity.Warning);
    assert.equal(textAt(document, found.range), 'tpu-v5e');
    await applyFix(document, found, /jax/i);
    await noFinding(document, 'AI301');
    assert.equal(document.getText(), pytorchOnTpu.replace('framework: pytorch #', 'framework: jax #'));
  });

  it('flags training on spot without checkpoints, and the fix writes the best interval', async () => {
    const { document } = await openManifest('spot.ai-infra.yaml', spot);
    const found = await finding(document, 'AI501');
    assert.equal(found.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(textAt(document, found.range), 'spot');
    await applyFix(document, found, /checkpoint/i);
    await noFinding(document, 'AI501');
    const written = /\n {4}checkpointing: \{ interval: (?:\d+m|\dh), storage: object \}(?=\n)/.exec(document.getText());
    assert.ok(written, document.getText());
    assert.equal(document.getText().replace(written[0], ''), spot);
  });

  it('takes one undo to take a fix back', async () => {
    const { document } = await openManifest('undo.ai-infra.yaml', spot);
    await applyFix(document, await finding(document, 'AI501'), /checkpoint/i);
    assert.notEqual(document.getText(), spot);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), spot);
  });

  it('follows unsaved typing, and a document that was never saved', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'ai-infra', content: spot });
    const editor = await vscode.window.showTextDocument(document);
    const found = await finding(document, 'AI501');
    await editor.edit((edit) => edit.replace(found.range, 'on-demand'));
    await noFinding(document, 'AI501');
  });

  it('finds the same again after the server was restarted', async () => {
    const { document } = await openManifest('restart.ai-infra.yaml', spot);
    const before = await finding(document, 'AI501');
    await vscode.commands.executeCommand('aiInfra.restartServer');
    const after = await finding(document, 'AI501');
    assert.equal(after.message, before.message);
    await vscode.window.activeTextEditor?.edit((edit) => edit.replace(after.range, 'on-demand'));
    await noFinding(document, 'AI501');
  });

  it('links every finding to the page of its rule, and shows that page without a network', async function () {
    // Of VS Code's own Markdown extension the web host has nothing to run.
    if (vscode.env.uiKind === vscode.UIKind.Web && vscode.env.remoteName === undefined) this.skip();
    const { document } = await openManifest('page.ai-infra.yaml', spot);
    const found = await finding(document, 'AI501');
    assert.ok(typeof found.code === 'object');
    assert.equal(found.code.target.toString(), 'ai-infra-rule:/AI501.md');
    // What VS Code does with the link: it opens the target as a text, in whose place the page comes.
    await vscode.commands.executeCommand('vscode.open', found.code.target);
    await eventually('the preview of the page', () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .find(({ input, label }) => input instanceof vscode.TabInputWebview && label.includes('AI501')),
    );
    await vscode.commands.executeCommand('aiInfra.explainRule', codeOf(found));
    const page = await vscode.workspace.openTextDocument(vscode.Uri.parse('ai-infra-rule:/AI501.md'));
    assert.match(page.getText(), /spot-without-checkpointing/);
  });
});
