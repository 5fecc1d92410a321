import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, eventually, finding, openManifest, workspaceFile } from './editor.ts';
import { hasPage, page } from './page.ts';
import { showPanel } from './show-panel.ts';

const MANIFEST = `version: 1
pricing: { book: own-prices.csv }
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    target: { provider: aws, region: us-east-1, instance: p5.48xlarge, capacity: spot }
`;

describe('In Restricted Mode', () => {
  before(() => assert.equal(vscode.workspace.isTrusted, false));
  afterEach(closeAll);

  it('finds, costs and plans as ever', async () => {
    const { document } = await openManifest('ai-infra.yaml', MANIFEST.replace(/pricing.*\n/, ''));
    await finding(document, 'AI501');
    await eventually('the cost above the workload', async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        20,
      );
      return lenses.some(({ command }) => command?.title.includes('$'));
    });
    if (!hasPage()) return;
    await showPanel();
    assert.match(await page.panelText({ selector: '.total .value' }), /\$\d/);
  });

  it('does not read the price book, and says so in a hint', async () => {
    const book = 'provider,instance,capacity,usd_per_hour\naws,p5.48xlarge,spot,1\n';
    await vscode.workspace.fs.writeFile(workspaceFile('own-prices.csv'), new TextEncoder().encode(book));
    const { document } = await openManifest('book.ai-infra.yaml', MANIFEST);
    const { severity, message, range } = await finding(document, 'AI104');
    assert.equal(severity, vscode.DiagnosticSeverity.Hint);
    assert.match(message, /Restricted Mode/);
    assert.equal(document.getText(range), 'own-prices.csv');
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      document.positionAt(MANIFEST.indexOf('p5.48xlarge') + 2),
    );
    const text = hovers
      .flatMap(({ contents }) => contents)
      .map((content) => (typeof content === 'string' ? content : content.value))
      .join('\n');
    assert.match(text, /\$/);
    assert.doesNotMatch(text, /own-prices\.csv line/);
  });
});
