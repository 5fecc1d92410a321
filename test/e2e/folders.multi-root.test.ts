import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, eventually, finding, noFinding } from './editor.ts';
import { hasPage, page } from './page.ts';

const manifest = (book: string): string => `version: 1
pricing: { book: ${book} }
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    target: { provider: aws, region: us-east-1, instance: p5.48xlarge, capacity: spot }
`;

// The runner opens a workspace of two empty folders, `alpha` and `beta`.
describe('A workspace of two folders', () => {
  afterEach(closeAll);

  async function open(folder: string, book = 'prices.csv'): Promise<vscode.TextDocument> {
    const root = vscode.workspace.workspaceFolders?.find(({ name }) => name === folder);
    assert.ok(root, `the workspace has no folder ${folder}`);
    const uri = vscode.Uri.joinPath(root.uri, 'ai-infra.yaml');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(manifest(book)));
    const document = await vscode.workspace.openTextDocument(uri);
    // In a tab of its own: what is in none is not looked at.
    await vscode.window.showTextDocument(document, { preview: false });
    return document;
  }

  async function writeBook(folder: string, usdPerHour: number): Promise<void> {
    const root = vscode.workspace.workspaceFolders?.find(({ name }) => name === folder);
    assert.ok(root);
    const text = `provider,instance,capacity,usd_per_hour\naws,p5.48xlarge,spot,${String(usdPerHour)}\n`;
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(root.uri, 'prices.csv'), new TextEncoder().encode(text));
  }

  async function priceShown(document: vscode.TextDocument, price: string): Promise<void> {
    const position = document.positionAt(document.getText().indexOf('p5.48xlarge') + 2);
    await eventually(`${price} in the hover of ${document.uri.path}`, async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        position,
      );
      return hovers
        .flatMap(({ contents }) => contents)
        .some((content) => (typeof content === 'string' ? content : content.value).includes(price));
    });
  }

  it('prices each manifest by the book beside it, and finds in each what is wrong there', async () => {
    await writeBook('alpha', 41);
    await writeBook('beta', 11);
    const alpha = await open('alpha');
    const beta = await open('beta');
    await priceShown(alpha, '$41.00');
    await priceShown(beta, '$11.00');
    await finding(alpha, 'AI501');
    await finding(beta, 'AI501');
  });

  it('refuses a book of the other folder', async () => {
    await writeBook('alpha', 41);
    const beta = await open('beta', '../alpha/prices.csv');
    assert.match((await finding(beta, 'AI104')).message, /leads out of the workspace folder/);
  });

  it('takes severities and lenses from the settings of the folder, at once when they change', async () => {
    const alpha = await open('alpha');
    const beta = await open('beta');
    const settings = vscode.workspace.getConfiguration('aiInfra', beta.uri);
    const { WorkspaceFolder } = vscode.ConfigurationTarget;
    assert.equal((await finding(beta, 'AI501')).severity, vscode.DiagnosticSeverity.Error);
    try {
      await settings.update('rules', { AI501: 'off' }, WorkspaceFolder);
      await settings.update('codeLens', false, WorkspaceFolder);
      await noFinding(beta, 'AI501');
      assert.equal((await finding(alpha, 'AI501')).severity, vscode.DiagnosticSeverity.Error);
      const lenses = (document: vscode.TextDocument): Thenable<vscode.CodeLens[]> =>
        vscode.commands.executeCommand('vscode.executeCodeLensProvider', document.uri, 20);
      await eventually('no lens in beta', async () => (await lenses(beta)).length === 0);
      await eventually('lenses in alpha', async () => (await lenses(alpha)).length > 0);
    } finally {
      await settings.update('rules', undefined, WorkspaceFolder);
      await settings.update('codeLens', undefined, WorkspaceFolder);
    }
    await finding(beta, 'AI501');
  });

  it('follows the manifest of the editor in the panel', async function () {
    if (!hasPage()) this.skip();
    await writeBook('alpha', 41);
    await writeBook('beta', 11);
    await open('alpha');
    await vscode.commands.executeCommand('aiInfra.showPanel');
    const dear = await page.panelText({ selector: '.total .value' });
    await open('beta');
    await eventually('the total of beta', async () => (await page.panelText({ selector: '.total .value' })) !== dear);
  });
});
