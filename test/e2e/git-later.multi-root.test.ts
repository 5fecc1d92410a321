import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, eventually } from './editor.ts';
import { commitFile } from './repository.ts';

const text = `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 1B, method: lora }
    checkpointing: { interval: 10m, storage: s3://team/ckpt }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`;

// The runner starts this window with `git.enabled` off.
describe('Git that is enabled later', () => {
  afterEach(closeAll);

  it('brings the difference to the last commit over a manifest that is open already', async () => {
    const git = vscode.extensions.getExtension<{ readonly enabled: boolean }>('vscode.git');
    assert.ok(git);
    assert.equal((await git.activate()).enabled, false);
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder);
    const uri = commitFile(folder.uri, 'committed.ai-infra.yaml', text);
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document);
    const at = text.indexOf('1B');
    await editor.edit((edit) =>
      edit.replace(new vscode.Range(document.positionAt(at), document.positionAt(at + 2)), '2B'),
    );
    const titles = async (): Promise<string> => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
      return lenses.map(({ command }) => command?.title ?? '').join(' | ');
    };
    await eventually('a cost', async () => /a run/.test(await titles()));
    assert.doesNotMatch(await titles(), /last commit/);

    const settings = vscode.workspace.getConfiguration('git');
    await settings.update('enabled', true, vscode.ConfigurationTarget.Global);
    await eventually('the difference', async () => /since the last commit/.test(await titles()));
  });
});
