import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, eventually, openManifest } from './editor.ts';
import { hasPage, page } from './page.ts';

const wholeDocument = (document: vscode.TextDocument): vscode.Range => new vscode.Range(0, 0, document.lineCount, 0);

describe('Editing a manifest', () => {
  afterEach(closeAll);

  it('completes an accelerator, and the accepted completion stands in the text', async () => {
    const text = 'version: 1\nworkloads:\n  a:\n    phase: training\n    target: { provider: aws, accelerator: h10 }\n';
    const { document } = await openManifest('complete.ai-infra.yaml', text);
    const position = document.positionAt(text.indexOf('h10') + 3);
    const item = await eventually('a completion h100-sxm', async () => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        position,
      );
      return list.items.find(({ label }) => (typeof label === 'string' ? label : label.label) === 'h100-sxm');
    });
    assert.ok(item.range, 'the completion says what it replaces');
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(position, position);
    if (hasPage()) {
      await vscode.commands.executeCommand('editor.action.triggerSuggest');
      await page.workbenchText({ selector: '.suggest-widget.visible .monaco-list-row.focused', contains: 'h100-sxm' });
      await vscode.commands.executeCommand('acceptSelectedSuggestion');
    } else {
      const range = item.range instanceof vscode.Range ? item.range : item.range.replacing;
      await editor.edit((edit) => edit.replace(range, 'h100-sxm'));
    }
    await eventually('the accepted text', () => document.getText() === text.replace('h10 ', 'h100-sxm '));
  });

  it('shows cost and the way to other hardware over a workload', async () => {
    const { document } = await openManifest('ai-infra.yaml');
    const titles = await eventually('code lenses', async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        10,
      );
      const found = lenses.map(({ command }) => command?.title ?? '');
      return found.length >= 2 && found;
    });
    assert.match(titles[0] ?? '', /\$[\d.,]+k? a run/);
    assert.ok(titles.includes('Switch hardware…'), titles.join(' | '));
  });

  it('shows cost and memory as hints beside the target', async () => {
    const { document } = await openManifest('ai-infra.yaml');
    const labels = await eventually('inlay hints', async () => {
      const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
        'vscode.executeInlayHintProvider',
        document.uri,
        wholeDocument(document),
      );
      const texts = hints.map(({ label }) =>
        typeof label === 'string' ? label : label.map(({ value }) => value).join(''),
      );
      return texts.length > 0 && texts;
    });
    assert.ok(
      labels.some((label) => /\$/.test(label)),
      labels.join(' | '),
    );
    assert.ok(
      labels.some((label) => /of \d+ GiB/.test(label)),
      labels.join(' | '),
    );
  });

  it('explains a key, and the live number under it', async () => {
    const { document } = await openManifest('ai-infra.yaml');
    const at = document.positionAt(document.getText().indexOf('h100-sxm') + 2);
    const text = await eventually('a hover', async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        at,
      );
      const parts = hovers
        .flatMap(({ contents }) => contents)
        .map((part) => (typeof part === 'string' ? part : part.value));
      return parts.length > 0 && parts.join('\n');
    });
    assert.match(text, /80 GiB/);
  });

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
