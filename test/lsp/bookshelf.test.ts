import assert from 'node:assert/strict';
import { localDisk } from '../../server/src/books/local-disk.ts';
import { Bookshelf, type Disk, type ShelfHost } from '../../server/src/lsp/bookshelf.ts';
import { whenReady, type HandlerContext } from '../../server/src/lsp/handler.ts';
import { ManifestDocument } from '../../server/src/lsp/document.ts';
import type { ReadBookResult } from '../../server/src/protocol.ts';

/** A host whose files and folders a test changes; it notes what the shelf tells it. */
function hostOf(files: Map<string, string>, overrides: Partial<ShelfHost> = {}) {
  const told = { watched: [] as string[], gone: [] as string[], changed: [] as string[] };
  const at = (uri: string) => {
    const text = files.get(uri);
    return text === undefined ? { unread: { kind: 'missing' as const, message: `no ${uri}` } } : { text };
  };
  const disk: Disk = {
    readManifestBook: (_root, folder, path) => at(new URL(path, `${folder}/`).href),
    readBookAt: (path) => at(`file://${path}`),
    uriOf: (path) => `file://${path}`,
    organisationBook: undefined,
  };
  const host: ShelfHost = {
    disk,
    readsByClient: () => false,
    ask: () => Promise.reject(new Error('nobody is asked')),
    folders: () => ['file:///plans'],
    named: () => ({ organisation: '', user: '' }),
    isTrusted: () => true,
    changed: (uri) => void told.changed.push(uri),
    watch: (uri) => void told.watched.push(uri),
    gone: (uri) => void told.gone.push(uri),
    ...overrides,
  };
  return { shelf: new Bookshelf(host), told };
}

const PRICES = 'file:///plans/prices.csv';
const [ONE, OTHER] = ['file:///plans/a/m.yaml', 'file:///plans/b/n.yaml'];

describe('the shelf of price books', () => {
  it('follows a book as long as one manifest uses it, by whatever path', () => {
    const files = new Map([[PRICES, 'first']]);
    const { shelf, told } = hostOf(files);
    const textOf = (uri: string, path: string) => shelf.booksOf(uri, path).map(({ content }) => content);
    assert.deepEqual(textOf(ONE, '../prices.csv'), [{ text: 'first' }]);
    assert.deepEqual(textOf(OTHER, '../prices.csv'), [{ text: 'first' }]);
    shelf.documentClosed(ONE);
    assert.deepEqual(told.gone, []);
    // The same file by another path: it is not given up in between.
    assert.deepEqual(textOf(OTHER, '.././prices.csv'), [{ text: 'first' }]);
    assert.deepEqual(told.gone, []);
    files.set(PRICES, 'second');
    shelf.filesChanged([PRICES]);
    assert.deepEqual(told.changed, [OTHER]);
    assert.deepEqual(textOf(OTHER, '.././prices.csv'), [{ text: 'second' }]);
    shelf.documentClosed(OTHER);
    assert.deepEqual(told.gone, [PRICES]);
  });

  it('keeps a book that the settings and the manifest name both while one of them does', () => {
    const files = new Map([[PRICES, 'text']]);
    let user = '/plans/prices.csv';
    const { shelf, told } = hostOf(files, { named: () => ({ organisation: '', user }) });
    assert.deepEqual(
      shelf.booksOf(ONE, '../prices.csv').map(({ layer }) => layer),
      ['repository', 'user'],
    );
    user = '';
    assert.deepEqual(
      shelf.booksOf(ONE, '../prices.csv').map(({ layer }) => layer),
      ['repository'],
    );
    assert.deepEqual(told.gone, []);
  });

  it('asks again whether a book may be read when the workspace folders change', () => {
    const files = new Map([[PRICES, 'text']]);
    let folders = ['file:///plans/a'];
    const { shelf } = hostOf(files, { folders: () => folders });
    const read = () => shelf.booksOf(ONE, '../prices.csv').map(({ content }) => 'text' in content);
    assert.deepEqual(read(), [false]);
    folders = ['file:///plans'];
    assert.deepEqual(read(), [true]);
    folders = [];
    assert.deepEqual(read(), [false]);
  });

  it('leaves a newer reading alone when an older one ends after it', async () => {
    const answers: ((result: ReadBookResult) => void)[] = [];
    const { shelf, told } = hostOf(new Map(), {
      disk: undefined,
      readsByClient: () => true,
      ask: () => new Promise((resolve) => answers.push(resolve)),
    });
    assert.deepEqual(shelf.booksOf(ONE, '../prices.csv'), []);
    const older = shelf.reading(ONE, '../prices.csv');
    shelf.filesChanged([PRICES]);
    const newer = shelf.reading(ONE, '../prices.csv');
    answers[1]?.({ text: 'new' });
    await newer;
    answers[0]?.({ text: 'old' });
    await older;
    assert.deepEqual(
      shelf.booksOf(ONE, '../prices.csv').map(({ content }) => content),
      [{ text: 'new' }],
    );
    assert.deepEqual(told.changed, [ONE]);
  });

  it('forgets a reading whose manifest was closed meanwhile', async () => {
    const answers: ((result: ReadBookResult) => void)[] = [];
    const { shelf, told } = hostOf(new Map(), {
      disk: undefined,
      readsByClient: () => true,
      ask: () => new Promise((resolve) => answers.push(resolve)),
    });
    shelf.booksOf(ONE, '../prices.csv');
    const reading = shelf.reading(ONE, '../prices.csv');
    shelf.documentClosed(ONE);
    answers[0]?.({ text: 'late' });
    await reading;
    assert.deepEqual(told, { watched: [PRICES], gone: [PRICES], changed: [] });
  });

  it('is asked for no book of a document that was closed while it was waited for', async () => {
    const document = new ManifestDocument(ONE, 'ai-infra', 1, '');
    let open: ManifestDocument | undefined = document;
    const asked: string[] = [];
    let settle: () => void = () => undefined;
    const context = {
      document: () => open,
      pending: ({ uri }: ManifestDocument) => {
        asked.push(uri);
        return new Promise<void>((resolve) => (settle = resolve));
      },
    } as unknown as HandlerContext;
    const ready = whenReady(context, document);
    open = undefined;
    settle();
    await ready;
    assert.deepEqual(asked, [ONE]);
  });
});

describe('the disk of the server', () => {
  it('says of a book of another host that it cannot be read, and throws for no URI', () => {
    const disk = localDisk();
    // Where such paths are the system's own (UNC), there is no such host.
    for (const root of ['file://elsewhere.invalid/share', 'file:///a%2Fb', 'file:///a%00b', 'file:///100%']) {
      const content = disk.readManifestBook(root, root, 'prices.csv');
      assert.ok('unread' in content, root);
      assert.notEqual(content.unread.message, '', root);
    }
  });
});
