import assert from 'node:assert/strict';
import type { Diagnostic, Range } from 'vscode-languageserver/node';
import { LanguageClient } from './client.ts';
import { SPOT } from './manifests.ts';

const bomb = `version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x]\n${Array.from(
  { length: 9 },
  (_, index) =>
    `a${String(index + 1)}: &a${String(index + 1)} [${Array(9)
      .fill(`*a${String(index)}`)
      .join(', ')}]`,
).join('\n')}\nworkloads: { w: *a9 }\n`;

/** What a file may hold, and a code that must be among its findings; undefined: nothing in particular. */
const TEXTS: readonly (readonly [string, string, string | undefined])[] = [
  ['nothing', '', undefined],
  ['blanks and line ends', '  \n\t\n  ', undefined],
  ['a half-typed key', 'vers', undefined],
  ['tabs for indentation', 'version: 1\nworkloads:\n\ta:\n\t\tphase: training\n', 'AI101'],
  ['a duplicate key', 'version: 1\nversion: 1\nworkloads: {}\n', 'AI103'],
  ['a quote that does not end', 'version: 1\nname: "abc\nworkloads: {}\n', 'AI101'],
  ['an alias without anchor', 'version: 1\nworkloads: *\n', 'AI101'],
  ['an alias of itself', 'version: 1\nworkloads: &w { a: *w }\n', undefined],
  ['an alias bomb', bomb, undefined],
  ['a NUL', 'version: 1\nname: a\u0000b\nworkloads: {}\n', 'AI101'],
  ['CRLF', SPOT.replaceAll('\n', '\r\n'), 'AI501'],
  ['a byte order mark', `\ufeff${SPOT}`, 'AI501'],
  ['two documents', `${SPOT}---\nversion: 1\n`, 'AI101'],
  [
    'names of the prototype',
    'version: 1\n__proto__: { a: 1 }\nworkloads:\n  __proto__: { phase: training }\n  constructor: { phase: inference }\n  toString: 1\n',
    'AI102',
  ],
  ['a scalar', '42', 'AI101'],
  ['a list', '- a\n- b\n', 'AI101'],
  ['conflict marks', `<<<<<<< HEAD\n${SPOT}=======\n>>>>>>> other\n`, 'AI101'],
  ['binary', String.fromCharCode(...Array.from({ length: 2000 }, (_, index) => (index * 7919) % 65_536)), undefined],
  ['lone surrogates', 'version: 1\nname: \ud800\nworkloads: {}\n', undefined],
  ['a deep nest', `version: 1\nname: ${'['.repeat(5000)}\n`, undefined],
  ['a deep block', Array.from({ length: 800 }, (_, index) => `${' '.repeat(index)}a:`).join('\n'), undefined],
  ['a very long line', `version: 1\nname: ${'x'.repeat(300_000)}\nworkloads: {}\n`, undefined],
  ['five megabytes', `version: 1\nworkloads:\n${'  w: { phase: training }\n'.repeat(210_000)}`, undefined],
  ['numbers beyond numbers', SPOT.replace('2B', '1e999').replace('count: 8', 'count: 99999999999999999999'), undefined],
  [
    'every key null',
    'version:\nworkloads:\n  a:\n    phase:\n    model:\n    training:\n    serving:\n    target:\n',
    'AI102',
  ],
];

function requests(uri: string, client: LanguageClient): readonly (readonly [string, object])[] {
  const document = client.document(uri);
  const end = document.positionAt(document.getText().length);
  const middle = document.positionAt(Math.floor(document.getText().length / 2));
  const range: Range = { start: { line: 0, character: 0 }, end };
  const textDocument = { uri };
  const atPositions = [range.start, middle, end].flatMap((position): (readonly [string, object])[] => [
    ['textDocument/completion', { textDocument, position }],
    ['textDocument/hover', { textDocument, position }],
    ['textDocument/definition', { textDocument, position }],
    ['textDocument/references', { textDocument, position, context: { includeDeclaration: true } }],
    ['textDocument/documentHighlight', { textDocument, position }],
    ['textDocument/prepareRename', { textDocument, position }],
    ['textDocument/rename', { textDocument, position, newName: 'x' }],
  ]);
  return [
    ['textDocument/diagnostic', { textDocument }],
    ...atPositions,
    ['textDocument/codeLens', { textDocument }],
    ['textDocument/foldingRange', { textDocument }],
    ['textDocument/inlayHint', { textDocument, range }],
    ['textDocument/codeAction', { textDocument, range: { start: middle, end: middle }, context: { diagnostics: [] } }],
    ['textDocument/codeAction', { textDocument, range, context: { diagnostics: [], only: ['source.fixAll'] } }],
    ['textDocument/documentSymbol', { textDocument }],
    ['aiInfra/panel', { uri }],
    ['aiInfra/alternatives', { uri, workload: '__proto__' }],
    ['aiInfra/switch', { uri, workload: 'a', alternative: '' }],
    ['aiInfra/workloads', { uri }],
  ];
}

describe('any text as a manifest', () => {
  for (const [title, text, code] of TEXTS) {
    it(`survives every request about ${title}, with findings inside the text`, async () => {
      const client = await LanguageClient.start();
      const uri = await client.open(text);
      for (const [method, params] of requests(uri, client)) await client.request(method, params);
      const { items } = await client.request<{ items: readonly Diagnostic[] }>('textDocument/diagnostic', {
        textDocument: { uri },
      });
      const lines = client.document(uri).lineCount;
      for (const { range, message } of items) {
        assert.ok(range.start.line <= range.end.line && range.end.line < lines, `${message}: ${JSON.stringify(range)}`);
        assert.notEqual(message, '');
      }
      if (code !== undefined) {
        assert.ok(
          items.some((item) => item.code === code),
          `${code} is not among ${items.map((item) => item.code).join()}`,
        );
      }
      assert.deepEqual(client.log, []);
      assert.equal(await client.stop(), 0);
    });
  }

  it('survives positions and ranges outside the text', async () => {
    const client = await LanguageClient.start();
    const uri = await client.open(SPOT);
    const far = { line: 99_999, character: 99_999 };
    const textDocument = { uri };
    assert.equal(await client.request('textDocument/hover', { textDocument, position: far }), null);
    const range = { start: far, end: far };
    assert.deepEqual(await client.request('textDocument/inlayHint', { textDocument, range }), []);
    await client.request('textDocument/codeAction', { textDocument, range, context: { diagnostics: [] } });
    await client.request('textDocument/completion', { textDocument, position: far });
    assert.deepEqual(client.log, []);
    await client.stop();
  });

  it('shows names from the manifest as text: no link, no command, no HTML, no picture', async () => {
    const client = await LanguageClient.start();
    const name = '[x](command:aiInfra.showPanel)<img src=x onerror=alert(1)>`rm`![y](https://evil.example/z.png)';
    const quoted = JSON.stringify(name);
    const uri = await client.open(
      `version: 1\nname: ${quoted}\nworkloads:\n  ${quoted}:\n    phase: fine-tuning\n    model: { name: ${quoted}, parameters: 8B }\n    training: { tokens: 2B }\n    target: { provider: aws, region: ${quoted}, accelerator: ${quoted}, count: 8 }\n`,
    );
    const text = client.text(uri);
    for (let at = text.indexOf('[x]'); at >= 0; at = text.indexOf('[x]', at + 1)) {
      const hover = await client.request<{ contents: { value: string } } | null>('textDocument/hover', {
        textDocument: { uri },
        position: client.document(uri).positionAt(at),
      });
      assert.doesNotMatch(hover?.contents.value ?? '', /(?<!\\)\]\((?:command|https?):|<img|(?<!\\)!\[/);
    }
    await client.stop();
  });
});
