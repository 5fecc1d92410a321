import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, eventually, openManifest } from './editor.ts';
import { hasPage, page } from './page.ts';

describe('Editing a manifest', () => {
  afterEach(closeAll);

  it('outlines the workloads', async () => {
    const { document } = await openManifest('ai-infra.yaml');
    const names = await eventually('symbols', async () => {
      const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[] | undefined>(
        'vscode.executeDocumentSymbolProvider',
        document.uri,
      );
      const flatten = (list: readonly vscode.DocumentSymbol[]): string[] =>
        list.flatMap(({ name, children }) => [name, ...flatten(children)]);
      return symbols && symbols.length > 0 && flatten(symbols);
    });
    assert.ok(names.includes('finetune'), names.join(', '));
  });

  it('says the total in the status bar while a manifest is in the editor', async function () {
    if (!hasPage()) this.skip();
    await openManifest('ai-infra.yaml');
    const selector = '.statusbar-item[id="ai-infra.ai-infra.aiInfra.total"]';
    const total = await page.workbenchText({ selector, contains: '$' });
    assert.match(total, /\$[\d.,]+k?/);
    await closeAll();
    await eventually(
      'no total without a manifest',
      async () => (await page.workbenchCount({ selector, contains: '$' })) === 0,
    );
  });

  it('treats another file as a manifest when told to', async () => {
    const document = await vscode.workspace.openTextDocument({
      language: 'yaml',
      content: 'version: 1\nworkloads: {}\n',
    });
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('aiInfra.treatAsManifest');
    assert.equal(vscode.window.activeTextEditor?.document.languageId, 'ai-infra');
  });

  it('starts a manifest from a template, unsaved and without an error', async function () {
    if (!hasPage()) this.skip();
    const creating = vscode.commands.executeCommand('aiInfra.newManifest');
    await page.workbenchText({ selector: '.quick-input-list .monaco-list-row:visible', contains: 'LoRA' });
    await page.type({ text: 'LoRA' });
    await page.workbenchText({ selector: '.quick-input-list .monaco-list-row.focused:visible', contains: 'LoRA' });
    await page.press({ keys: 'Enter' });
    await creating;
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document?.isUntitled);
    assert.equal(document.languageId, 'ai-infra');
    assert.match(document.getText(), /^version: 1\n/);
    // The lens says that the server has read it.
    await eventually('a lens', async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
      );
      return lenses.length > 0;
    });
    const errors = vscode.languages
      .getDiagnostics(document.uri)
      .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
    assert.deepEqual(
      errors.map(({ message }) => message),
      [],
    );
  });
});
