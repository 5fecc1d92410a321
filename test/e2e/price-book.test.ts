import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { applyFix, closeAll, eventually, finding, noFinding, openManifest, workspaceFile } from './editor.ts';

const manifest = `version: 1
pricing: { book: own-prices.csv }
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: object }
    target: { provider: aws, region: us-east-1, instance: p5.48xlarge }
`;

const unpriced = `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-central1, accelerator: gb300, count: 4 }
`;

const header = 'provider,instance,capacity,usd_per_hour';

async function writeBook(...lines: readonly string[]): Promise<vscode.Uri> {
  const uri = workspaceFile('own-prices.csv');
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode([header, ...lines, ''].join('\n')));
  return uri;
}

/** What a person reads when the pointer rests on the machine type. */
async function hoverText({ document }: vscode.TextEditor): Promise<string> {
  const position = document.positionAt(document.getText().indexOf('p5.48xlarge') + 2);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n');
}

describe('A price book', () => {
  afterEach(async () => {
    await closeAll();
  });

  it('sets the prices of the plan, is named by line, and is followed when it is saved', async () => {
    await writeBook('aws,p5.48xlarge,on-demand,40');
    const editor = await openManifest('own-prices.ai-infra.yaml', manifest);
    const before = await eventually('the price of the book in the hover', async () => {
      const text = await hoverText(editor);
      return text.includes('own-prices.csv line 2 (repository)') && text;
    });
    assert.match(before, /\$40\.00/);
    const uri = await writeBook('aws,p5.48xlarge,on-demnd,1', 'aws,p5.48xlarge,on-demand,20');
    const after = await eventually('the new price', async () => {
      const text = await hoverText(editor);
      return text.includes('own-prices.csv line 3 (repository)') && text;
    });
    assert.match(after, /\$20\.00/);
    // The line that cannot be used is reported in the book, and once in the manifest.
    await finding(editor.document, 'AI104');
    const [problem] = await eventually('the problem in the book', () => {
      const problems = vscode.languages.getDiagnostics(uri);
      return problems.length > 0 && problems;
    });
    assert.match(problem?.message ?? '', /`on-demnd` is not a capacity: did you mean `on-demand`/);
    assert.equal(problem?.range.start.line, 1);
    await writeBook('aws,p5.48xlarge,on-demand,20');
    await noFinding(editor.document, 'AI104');
    await eventually('no problem in the book', () => vscode.languages.getDiagnostics(uri).length === 0);
    await vscode.workspace.fs.delete(uri);
  });

  // In a folder of its own: the examples bring a book of that name.
  it('is made beside a manifest by the fix of what has no price, with the line to fill in', async () => {
    const { document } = await openManifest('unpriced/unpriced.ai-infra.yaml', unpriced);
    const uri = workspaceFile('unpriced/prices.ai-infra.csv');
    await applyFix(document, await finding(document, 'AI711'), /^Create prices\.ai-infra\.csv with a line for/);
    await eventually('the book in the manifest', () => document.getText().includes('book: prices.ai-infra.csv'));
    const book = await vscode.workspace.openTextDocument(uri);
    assert.equal(book.lineAt(1).text, 'gcp,us-central1,,gb300,,on-demand,,,,,');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(1, 'gcp,us-central1,,gb300,,on-demand,'.length), '9.5');
    assert.equal(await vscode.workspace.applyEdit(edit), true);
    assert.equal(await book.save(), true);
    await noFinding(document, 'AI711');
    await vscode.workspace.fs.delete(uri);
  });
});
