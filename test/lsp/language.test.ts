import assert from 'node:assert/strict';
import type {
  DocumentLink,
  Location,
  SelectionRange,
  SemanticTokens,
  SemanticTokensLegend,
  SymbolInformation,
  TextDocumentEdit,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver/node';
import { LanguageClient } from './client.ts';

// What any first-class language has: formatting, names, selections, links, colours by meaning.

const UNEVEN = `version: 1
workloads:
    chat:   # the bot
        phase:   inference
        model: llama-3.1-8b
        target: {provider: aws,accelerator: l4 }
`;
const EVEN = `version: 1
workloads:
  chat:   # the bot
    phase: inference
    model: llama-3.1-8b
    target: { provider: aws, accelerator: l4 }
`;

const ANCHORED = `version: 1
defaults:
  target: &cheap { provider: aws, accelerator: l4 }
workloads:
  a:
    phase: inference
    model: llama-3.1-8b
    target: *cheap
  b:
    phase: inference
    model: llama-3.1-8b
    target:
      <<: *cheap
      count: 2
`;

describe('a language over stdio', () => {
  let client: LanguageClient;
  let opened = 0;
  before(async () => {
    client = await LanguageClient.start();
  });
  after(async () => {
    assert.deepEqual(client.log, []);
    await client.stop();
  });

  function open(text: string): Promise<string> {
    opened += 1;
    return client.open(text, `file:///language/${String(opened)}.ai-infra.yaml`);
  }
  const options = { tabSize: 2, insertSpaces: true };

  describe('formatting', () => {
    it('sets a document in order, and has nothing to do the second time', async () => {
      const uri = await open(UNEVEN);
      const edits = await client.request<TextEdit[]>('textDocument/formatting', { textDocument: { uri }, options });
      assert.equal(client.after(uri, edits), EVEN);
      const again = await open(EVEN);
      const none = await client.request('textDocument/formatting', { textDocument: { uri: again }, options });
      assert.deepEqual(none, []);
    });

    it('formats the lines of a range alone', async () => {
      const uri = await open(EVEN.replace('phase: ', 'phase:    ').replace('{ provider', '{provider'));
      const range = { start: client.positionOf(uri, 'phase'), end: client.positionOf(uri, 'inference') };
      const edits = await client.request<TextEdit[]>('textDocument/rangeFormatting', {
        textDocument: { uri },
        range,
        options,
      });
      assert.equal(client.after(uri, edits), EVEN.replace('{ provider', '{provider'));
    });

    it('evens out the line that was just ended, and leaves the cursor where it is', async () => {
      const uri = await open(EVEN.replace('inference', '   inference\n    '));
      const edits = await client.request<TextEdit[]>('textDocument/onTypeFormatting', {
        textDocument: { uri },
        position: { line: 4, character: 4 },
        ch: '\n',
        options,
      });
      assert.equal(client.after(uri, edits), EVEN.replace('inference', 'inference\n    '));
    });

    it('leaves a broken text as it is', async () => {
      const uri = await open(UNEVEN.replace('l4 }', 'l4'));
      assert.deepEqual(await client.request('textDocument/formatting', { textDocument: { uri }, options }), []);
    });
  });

  describe('anchors and workloads by name', () => {
    it('finds an anchor and its aliases, from any of them', async () => {
      const uri = await open(ANCHORED);
      const textDocument = { uri };
      const position = client.positionOf(uri, '<<: *cheap', '<<: *ch'.length);
      const declared = await client.request<Location[]>('textDocument/definition', { textDocument, position });
      assert.deepEqual(
        declared.map(({ range }) => range.start),
        [client.positionOf(uri, '&cheap', 1)],
      );
      const all = await client.request<Location[]>('textDocument/references', {
        textDocument,
        position,
        context: { includeDeclaration: true },
      });
      assert.deepEqual(
        all.map(({ range }) => range.start.line),
        [2, 7, 12],
      );
    });

    it('renames an anchor with its aliases, and refuses what cannot be one', async () => {
      const uri = await open(ANCHORED);
      const params = { textDocument: { uri }, position: client.positionOf(uri, '&cheap', 2) };
      const edit = await client.request<WorkspaceEdit>('textDocument/rename', { ...params, newName: 'small' });
      assert.equal(applied(uri, edit), ANCHORED.replaceAll('cheap', 'small'));
      await assert.rejects(client.request('textDocument/rename', { ...params, newName: 'a b' }), /one word/);
    });

    it('renames a workload', async () => {
      const uri = await open(EVEN);
      const params = { textDocument: { uri }, position: client.positionOf(uri, 'chat') };
      const edit = await client.request<WorkspaceEdit>('textDocument/rename', { ...params, newName: 'talk' });
      assert.equal(applied(uri, edit), EVEN.replace('chat:', 'talk:'));
    });
  });

  it('finds workloads of open manifests by name', async () => {
    const uri = await open(EVEN.replace('chat:', 'customer-chat:'));
    const found = await client.request<SymbolInformation[]>('workspace/symbol', { query: 'custchat' });
    assert.deepEqual(
      found.map(({ name, location }) => [name, location.uri]),
      [['customer-chat', uri]],
    );
    assert.deepEqual(await client.request('workspace/symbol', { query: 'tahc-remotsuc' }), []);
  });

  it('grows a selection from the word to the whole text', async () => {
    const uri = await open(EVEN);
    const [chain] = await client.request<SelectionRange[]>('textDocument/selectionRange', {
      textDocument: { uri },
      positions: [client.positionOf(uri, 'aws', 1)],
    });
    const texts: string[] = [];
    for (let each = chain; each !== undefined; each = each.parent)
      texts.push(client.document(uri).getText(each.range).split('\n')[0] ?? '');
    assert.deepEqual(texts, [
      'aws',
      'provider: aws',
      '{ provider: aws, accelerator: l4 }',
      'target: { provider: aws, accelerator: l4 }',
      'phase: inference',
      'chat:   # the bot',
      'workloads:',
      'version: 1',
    ]);
  });

  it('links a price book beside the manifest, and nothing outside its folder', async () => {
    const links = async (path: string): Promise<DocumentLink[]> => {
      const uri = await open(`version: 1\npricing: { book: ${path} }\n`);
      return client.request('textDocument/documentLink', { textDocument: { uri } });
    };
    assert.deepEqual(
      (await links('prices/ai infra.csv')).map(({ target }) => target),
      ['file:///language/prices/ai%20infra.csv'],
    );
    for (const path of ['/etc/passwd', '../secret.csv', 'a/../../b.csv', 'file:///etc/passwd', 'command:x', '"a\\\\b"'])
      assert.deepEqual(await links(path), [], path);
  });

  it('colours by meaning what is in sight', async () => {
    const uri = await open(ANCHORED.replace('count: 2', 'count: 2\n    data: { size: 5TB }'));
    const legend = client.initialized.capabilities.semanticTokensProvider!.legend as SemanticTokensLegend;
    const from = client.positionOf(uri, '  b:');
    const { data } = await client.request<SemanticTokens>('textDocument/semanticTokens/range', {
      textDocument: { uri },
      range: { start: from, end: { line: 99, character: 0 } },
    });
    const seen: string[] = [];
    let [line, character] = [0, 0];
    for (let at = 0; at < data.length; at += 5) {
      const [down, right, length, type] = data.slice(at, at + 4) as [number, number, number, number];
      line += down;
      character = down === 0 ? character + right : right;
      const range = { start: { line, character }, end: { line, character: character + length } };
      seen.push(`${client.document(uri).getText(range)}: ${String(legend.tokenTypes[type])}`);
    }
    assert.deepEqual(seen, [
      'b: namespace',
      'inference: enumMember',
      'llama-3.1-8b: type',
      '*cheap: variable',
      '5TB: number',
    ]);
  });

  function applied(uri: string, edit: WorkspaceEdit): string {
    const [change] = (edit.documentChanges ?? []) as TextDocumentEdit[];
    return client.after(uri, change!.edits as TextEdit[]);
  }
});
