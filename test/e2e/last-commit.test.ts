import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, eventually, workspaceFile } from './editor.ts';
import { commitFile, openRepository } from './repository.ts';

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

// A real repository, read through VS Code's own Git extension.
describe('The last commit', () => {
  const folder = workspaceFile('committed');
  let uri: vscode.Uri;
  before(async () => {
    uri = commitFile(folder, 'ai-infra.yaml', text);
    await openRepository(folder);
  });
  afterEach(closeAll);
  after(() => vscode.workspace.fs.delete(folder, { recursive: true }));

  async function lenses(document: vscode.TextDocument): Promise<string> {
    const all = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri);
    return all.map(({ command }) => command?.title ?? '').join(' | ');
  }

  it('is what the lens compares with, once the text differs', async () => {
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document);
    await eventually('a cost', async () => /a run/.test(await lenses(document)));
    const at = text.indexOf('1B');
    await editor.edit((edit) =>
      edit.replace(new vscode.Range(document.positionAt(at), document.positionAt(at + 2)), '2B'),
    );
    const after = await eventually('the difference', async () => {
      const title = await lenses(document);
      return /last commit/.test(title) && title;
    });
    assert.match(after, /\+\$[\d.,]+k? a run, \+\d+ % since the last commit/);
  });
});
