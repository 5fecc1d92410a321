import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  applyFix,
  closeAll,
  codeOf,
  eventually,
  finding,
  noFinding,
  openManifest,
  quickFixes,
  workspaceFile,
} from './editor.ts';
import { MemoryFiles } from './memory-files.ts';

const SPOT = `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    trainin: { tokens: 2B, method: lora }
    training: { tokens: 2B, method: lora }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
`;

async function lensTitles({ uri }: vscode.TextDocument): Promise<readonly string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 20);
  return lenses.flatMap(({ command }) => (command === undefined ? [] : [command.title]));
}

describe('Living with others', () => {
  afterEach(closeAll);

  it('gives a manifest kept as YAML rules, costs and fixes, and leaves its keys to the YAML server', async () => {
    const { document: manifest } = await openManifest('kept.ai-infra.yaml', SPOT);
    await finding(manifest, 'AI102');

    const document = await vscode.languages.setTextDocumentLanguage(manifest, 'yaml');
    const spot = await finding(document, 'AI501');
    await eventually('AI102 left to the YAML server', () =>
      vscode.languages.getDiagnostics(document.uri).every((candidate) => codeOf(candidate) !== 'AI102'),
    );
    assert.ok((await quickFixes(document, spot)).length > 0);
    await eventually('the cost above the workload', async () =>
      (await lensTitles(document)).some((title) => title.includes('$')),
    );
    const keys = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      new vscode.Position(5, 4),
    );
    assert.deepEqual(
      keys.items.filter(({ kind, label }) => kind === vscode.CompletionItemKind.Property && label === 'checkpointing'),
      [],
    );
  });

  it('leaves other YAML files alone', async () => {
    const uri = workspaceFile('service.yaml');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(SPOT));
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    assert.equal(document.languageId, 'yaml');
    // What is served shows beside it: by then the other would have been served too.
    const { document: manifest } = await openManifest('served.ai-infra.yaml', SPOT);
    await finding(manifest, 'AI501');
    assert.deepEqual(vscode.languages.getDiagnostics(uri), []);
    assert.deepEqual(await lensTitles(document), []);
  });

  it('serves a manifest of a virtual file system', async () => {
    const files = vscode.workspace.registerFileSystemProvider('memfs', new MemoryFiles(), { isCaseSensitive: true });
    try {
      const uri = vscode.Uri.from({ scheme: 'memfs', path: '/ai-infra.yaml' });
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(SPOT));
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document);
      const found = await finding(document, 'AI501');
      await applyFix(document, found, /checkpoint/i);
      await noFinding(document, 'AI501');
      assert.equal(await document.save(), true);
      assert.match(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)), /\n {4}checkpointing: /);
      await closeAll();
    } finally {
      files.dispose();
    }
  });

  it('serves a manifest that has no file yet', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'ai-infra', content: SPOT });
    await vscode.window.showTextDocument(document);
    assert.ok(document.isUntitled);
    await finding(document, 'AI501');
    await eventually('the cost above the workload', async () =>
      (await lensTitles(document)).some((title) => title.includes('$')),
    );
  });
});
