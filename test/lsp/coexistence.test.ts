import assert from 'node:assert/strict';
import {
  DiagnosticSeverity,
  type CodeAction,
  type CodeLens,
  type CompletionList,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type Hover,
  type InlayHint,
} from 'vscode-languageserver';
import { LanguageClient } from './client.ts';
import { SPOT } from './manifests.ts';
import { withoutMark } from './marks.ts';
import { startYamlServer, type YamlNeighbour } from './yaml-neighbour.ts';

describe('A manifest that is kept as YAML, beside a real yaml-language-server', () => {
  let ours: LanguageClient;
  let theirs: YamlNeighbour;
  let files = 0;

  before(async () => {
    ours = await LanguageClient.start();
    theirs = await startYamlServer();
  });

  after(async () => {
    theirs.stop();
    await ours.stop();
  });

  const newUri = (): string => `file:///plan/n${(files += 1).toString()}.ai-infra.yaml`;

  async function ourFindings(uri: string): Promise<readonly Diagnostic[]> {
    const report = await ours.request<DocumentDiagnosticReport>('textDocument/diagnostic', { textDocument: { uri } });
    assert.equal(report.kind, 'full');
    return report.items;
  }

  /** What both servers offer at `<|>`, each list with its doubles. */
  async function offered(marked: string): Promise<{ ours: readonly string[]; theirs: readonly string[] }> {
    const { text, offset } = withoutMark(marked);
    const uri = newUri();
    await ours.open(text, uri, 'yaml');
    await theirs.open(uri, text);
    const position = ours.document(uri).positionAt(offset);
    const list = await ours.request<CompletionList>('textDocument/completion', { textDocument: { uri }, position });
    return { ours: list.items.map(({ label }) => label), theirs: await theirs.completions(uri, position) };
  }

  /** What both servers find wrong in a text. */
  async function found(text: string): Promise<{ ours: readonly Diagnostic[]; theirs: readonly Diagnostic[] }> {
    const uri = newUri();
    await ours.open(text, uri, 'yaml');
    const [fromUs, fromThem] = await Promise.all([ourFindings(uri), theirs.open(uri, text)]);
    return { ours: fromUs, theirs: fromThem };
  }

  const keyPlaces: readonly (readonly [string, string, string])[] = [
    ['at the top', `${SPOT}<|>\n`, 'budget'],
    ['in a workload', SPOT.replace('    target:', '    <|>\n    target:'), 'checkpointing'],
    ['in a mapping of its own', SPOT.replace('    target:', '    checkpointing:\n      <|>\n    target:'), 'interval'],
  ];
  for (const [where, marked, key] of keyPlaces) {
    it(`has each key once ${where}`, async () => {
      const { ours, theirs } = await offered(marked);
      const all = [...ours, ...theirs];
      assert.equal(all.filter((label) => label === key).length, 1, `${key} among ${all.join(', ')}`);
      assert.deepEqual(
        ours.filter((label) => theirs.includes(label)),
        [],
      );
    });
  }

  const valuePlaces: readonly (readonly [string, string, string])[] = [
    ['a word', SPOT.replace('phase: fine-tuning', 'phase: <|>'), 'inference'],
    ['a chip', SPOT.replace('accelerator: h100-sxm', 'accelerator: <|>'), 'h100-sxm'],
    ['a model', SPOT.replace('model: llama-3.1-8b', 'model: <|>'), 'llama-3.1-8b'],
    ['a provider', SPOT.replace('provider: aws', 'provider: <|>'), 'gcp'],
  ];
  for (const [what, marked, value] of valuePlaces) {
    it(`has ${what} once`, async () => {
      const { ours, theirs } = await offered(marked);
      assert.equal([...ours, ...theirs].filter((label) => label === value).length, 1);
      assert.deepEqual(
        ours.filter((label) => theirs.includes(label)),
        [],
      );
    });
  }

  it('offers what the schema cannot know: a cluster of this manifest, a unit', async () => {
    const cluster = await offered(
      `${SPOT.replace(/target: .*/, 'target: { cluster: <|> }')}clusters:\n  basement: { accelerator: h100-sxm, count: 8 }\n`,
    );
    assert.deepEqual(cluster.ours, ['basement']);
    const unit = await offered(SPOT.replace('tokens: 2B', 'tokens: 2<|>'));
    assert.ok(unit.ours.includes('2M'), unit.ours.join(', '));
    assert.deepEqual(
      unit.ours.filter((label) => unit.theirs.includes(label)),
      [],
    );
  });

  const mistakes: readonly (readonly [string, string])[] = [
    ['a mistyped key', SPOT.replace('framework:', 'framewrk:')],
    ['a mistyped word', SPOT.replace('phase: fine-tuning', 'phase: fine-tunning')],
    ['a key twice', SPOT.replace('    framework:', '    model: llama-3.1-8b\n    framework:')],
    ['another dimension', SPOT.replace('tokens: 2B', 'tokens: 2 GB')],
    ['what is no YAML', SPOT.replace('capacity: spot }', 'capacity: spot')],
  ];
  for (const [what, text] of mistakes) {
    it(`underlines ${what} once`, async () => {
      const { ours, theirs } = await found(text);
      assert.ok(theirs.length > 0);
      // A hint has no squiggle: it may say what follows from the mistake.
      const squiggles = ours.filter(({ severity }) => severity !== DiagnosticSeverity.Hint);
      const doubles = squiggles.filter(({ range }) =>
        theirs.some(
          (other) =>
            JSON.stringify(other.range) === JSON.stringify(range) ||
            (other.range.start.line === range.start.line && other.range.start.character === range.start.character),
        ),
      );
      assert.deepEqual(
        doubles.map(({ code, message }) => `${String(code)} ${message}`),
        [],
      );
      assert.deepEqual(
        ours.filter(({ code }) => /^AI10[1235]$/.test(String(code))),
        [],
      );
    });
  }

  it('leaves a mistyped key to exactly one diagnostic', async () => {
    const { ours, theirs } = await found(SPOT.replace('framework:', 'framewrk:'));
    const line = SPOT.split('\n').findIndex((row) => row.includes('framework:'));
    const there = [...ours, ...theirs].filter(({ range }) => range.start.line === line);
    assert.equal(there.length, 1, there.map(({ message }) => message).join(' | '));
  });

  it('still says what is wrong with an expectation: to the schema that is any text', async () => {
    const { ours, theirs } = await found(`${SPOT}expect:\n  - cost.monthly < 3 GB\n`);
    assert.ok(ours.some(({ code }) => code === 'AI105'));
    assert.deepEqual(theirs, []);
  });

  it('gives rules, fixes, lenses, hints and numbers, and no second meaning of a key', async () => {
    const uri = newUri();
    await ours.open(SPOT, uri, 'yaml');
    const textDocument = { uri };
    const spot = (await ourFindings(uri)).find(({ code }) => code === 'AI501');
    assert.ok(spot);
    const actions = await ours.request<CodeAction[]>('textDocument/codeAction', {
      textDocument,
      range: spot.range,
      context: { diagnostics: [spot], only: ['quickfix'] },
    });
    assert.ok(actions.some(({ edit }) => edit !== undefined));
    assert.ok((await ours.request<CodeLens[]>('textDocument/codeLens', { textDocument })).length > 0);
    const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const hints = await ours.request<InlayHint[]>('textDocument/inlayHint', { textDocument, range });
    assert.ok(hints.length > 0);
    const hoverAt = async (word: string): Promise<string> => {
      const position = ours.positionOf(uri, word, 1);
      return JSON.stringify(await ours.request<Hover | null>('textDocument/hover', { textDocument, position }));
    };
    assert.match(await hoverAt('finetune'), /\$/);
    assert.equal(await hoverAt('phase'), 'null');
    for (const method of ['textDocument/documentSymbol', 'textDocument/foldingRange']) {
      assert.deepEqual(await ours.request(method, { textDocument }), [], method);
    }
    const options = { tabSize: 2, insertSpaces: true };
    assert.deepEqual(await ours.request('textDocument/formatting', { textDocument, options }), []);
  });
});
