import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, eventually, finding, workspaceFile } from './editor.ts';
import { commitFile, openRepository } from './repository.ts';

const text = `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 1B, method: lora }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
`;

interface Served {
  readonly lenses: number;
  readonly hints: number;
  readonly findings: number;
}

async function served({ uri, lineCount }: vscode.TextDocument): Promise<Served> {
  const lenses = await vscode.commands.executeCommand<unknown[]>('vscode.executeCodeLensProvider', uri);
  const hints = await vscode.commands.executeCommand<unknown[]>(
    'vscode.executeInlayHintProvider',
    uri,
    new vscode.Range(0, 0, lineCount, 0),
  );
  const findings = vscode.languages.getDiagnostics(uri);
  return { lenses: lenses.length, hints: hints.length, findings: findings.length };
}

describe('A text of another revision', () => {
  const folder = workspaceFile('history');
  let file: vscode.Uri;
  let committed: vscode.Uri;
  before(async () => {
    file = commitFile(folder, 'ai-infra.yaml', text);
    const git = await openRepository(folder);
    committed = git.toGitUri(file, 'HEAD');
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text.replace('1B', '2B')));
  });
  afterEach(closeAll);
  after(() => vscode.workspace.fs.delete(folder, { recursive: true }));

  it('is not worked on beside the file that it is compared with', async () => {
    await vscode.commands.executeCommand('vscode.diff', committed, file);
    const before = await vscode.workspace.openTextDocument(committed);
    const now = await vscode.workspace.openTextDocument(file);
    assert.equal(before.uri.scheme, 'git');
    assert.equal(before.languageId, 'ai-infra');
    assert.equal(before.getText(), text);
    await finding(now, 'AI501');
    await eventually('lenses and hints of the file', async () => {
      const { lenses, hints } = await served(now);
      return lenses > 0 && hints > 0;
    });
    assert.deepEqual(await served(before), { lenses: 0, hints: 0, findings: 0 });
  });
});
