import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { closeAll, eventually } from './editor.ts';

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
  let folder = '';
  before(async function () {
    const git = vscode.extensions.getExtension<{
      getAPI(version: 1): { openRepository(uri: vscode.Uri): Thenable<unknown> };
    }>('vscode.git');
    if (git === undefined) this.skip();
    folder = mkdtempSync(join(tmpdir(), 'ai-infra-commit-'));
    const run = (...args: string[]): void =>
      void execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], { cwd: folder });
    writeFileSync(join(folder, 'ai-infra.yaml'), text);
    run('init', '-q');
    run('add', '.');
    run('commit', '-q', '-m', 'first');
    // The oldest host's Git opens no folder outside the workspace: nothing can be compared with there.
    const opened = await (await git.activate()).getAPI(1).openRepository(vscode.Uri.file(folder));
    if (!opened) this.skip();
  });
  after(async () => {
    await closeAll();
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  it('is what the lens compares with, once the text differs', async () => {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(join(folder, 'ai-infra.yaml')));
    await vscode.window.showTextDocument(document);
    const lenses = async (): Promise<string> => {
      const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
      );
      return all.map(({ command }) => command?.title ?? '').join(' | ');
    };
    await eventually('a cost', async () => /a run/.test(await lenses()));
    const edit = new vscode.WorkspaceEdit();
    edit.replace(
      document.uri,
      new vscode.Range(document.positionAt(text.indexOf('1B')), document.positionAt(text.indexOf('1B') + 2)),
      '2B',
    );
    await vscode.workspace.applyEdit(edit);
    const after = await eventually('the difference', async () => {
      const title = await lenses();
      return /last commit/.test(title) && title;
    });
    assert.match(after, /\+\$[\d.,]+k? a run, \+\d+ % since the last commit/);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });
});
