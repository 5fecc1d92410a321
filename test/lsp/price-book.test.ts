import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type {
  ClientCapabilities,
  Diagnostic,
  DocumentDiagnosticReport,
  DocumentLink,
  Hover,
} from 'vscode-languageserver/node';
import { READ_BOOK, TRUSTED, type HardwareOffersResult, type HardwareResult } from '../../server/src/protocol.ts';
import { EDITOR, LanguageClient, type StartOptions } from './client.ts';

const WATCHING: ClientCapabilities = {
  ...EDITOR,
  workspace: {
    ...EDITOR.workspace,
    workspaceFolders: true,
    didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
  },
};

const HEADER = 'provider,region,instance,accelerator,count,capacity,usd_per_hour';

function manifest(book: string): string {
  return `version: 1
pricing: { book: ${book} }
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: s3://team/ckpt }
    target: { provider: aws, region: us-east-1, instance: p5.48xlarge }
`;
}

/** The message as text: a client may allow markup in it. */
function messageOf(found: Diagnostic | undefined): string {
  const message = found?.message ?? '';
  return typeof message === 'string' ? message : message.value;
}

describe('price books of open manifests', () => {
  let root = '';
  let client: LanguageClient | undefined;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'ai-infra-book-')));
    mkdirSync(join(root, 'plans'));
  });
  afterEach(async () => {
    await client?.stop();
    client = undefined;
    rmSync(root, { recursive: true });
  });

  const uri = (path: string): string => pathToFileURL(join(root, path)).href;
  const write = (path: string, ...lines: readonly string[]): void => {
    writeFileSync(join(root, path), `${[HEADER, ...lines].join('\n')}\n`);
  };
  const start = async (options: StartOptions = {}): Promise<LanguageClient> =>
    (client = await LanguageClient.start({ capabilities: WATCHING, folders: [uri('')], ...options }));

  async function findings(at: string): Promise<readonly Diagnostic[]> {
    const report = await client!.request<DocumentDiagnosticReport>('textDocument/diagnostic', {
      textDocument: { uri: at },
    });
    return report.kind === 'full' ? report.items.filter(({ code }) => code === 'AI104') : [];
  }

  async function hoverAt(at: string): Promise<string> {
    const hover = await client!.request<Hover | null>('textDocument/hover', {
      textDocument: { uri: at },
      position: client!.positionOf(at, 'p5.48xlarge', 2),
    });
    return (hover?.contents as { value: string }).value;
  }

  it('plans by the book beside the manifest, names its line, and follows a change of it', async () => {
    write('plans/prices.csv', 'aws,,p5.48xlarge,,,on-demand,40');
    await start();
    const at = await client!.open(manifest('prices.csv'), uri('plans/ai-infra.yaml'));
    assert.deepEqual(await findings(at), []);
    assert.match(await hoverAt(at), /\$40\.00[\s\S]*prices\.csv line 2 \(repository\)/);
    await client!.wasAsked('client/registerCapability');
    write('plans/prices.csv', '', 'aws,,p5.48xlarge,,,on-demand,30');
    await client!.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uri('plans/prices.csv'), type: 2 }],
    });
    await client!.wasAsked('workspace/diagnostic/refresh');
    assert.match(await hoverAt(at), /\$30\.00[\s\S]*prices\.csv line 3 \(repository\)/);
  });

  it('shows bad lines in the book and once in the manifest, and takes them back', async () => {
    write('prices.csv', 'aws,,p5.48xlarge,,,on-demnd,40', 'aws,,p5.48xlarge,,,on-demand,41');
    await start();
    const at = await client!.open(manifest('../prices.csv'), uri('plans/ai-infra.yaml'));
    const [found] = await findings(at);
    assert.equal(found?.severity, 2);
    assert.match(messageOf(found), /1 line that cannot be used \(2\)/);
    const shown = await client!.publishedAs(uri('prices.csv'), ({ diagnostics }) => diagnostics.length > 0);
    assert.deepEqual(shown.diagnostics[0]?.range, {
      start: { line: 1, character: 19 },
      end: { line: 1, character: 27 },
    });
    write('prices.csv', 'aws,,p5.48xlarge,,,on-demand,40');
    await client!.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uri('prices.csv'), type: 2 }],
    });
    await client!.publishedAs(uri('prices.csv'), ({ diagnostics }) => diagnostics.length === 0);
    assert.deepEqual(await findings(at), []);
  });

  it('asks in the book about a price that is far from the catalogue’s, and says nothing of it in the manifest', async () => {
    write('prices.csv', 'aws,,,h100-sxm,,on-demand,36.50');
    await start();
    const at = await client!.open(manifest('../prices.csv'), uri('plans/ai-infra.yaml'));
    assert.deepEqual(await findings(at), []);
    const shown = await client!.publishedAs(uri('prices.csv'), ({ diagnostics }) => diagnostics.length > 0);
    assert.equal(shown.diagnostics[0]?.severity, 3);
    assert.deepEqual(shown.diagnostics[0]?.range, {
      start: { line: 1, character: 26 },
      end: { line: 1, character: 31 },
    });
    assert.match(messageOf(shown.diagnostics[0]), /\$36\.5 per accelerator-hour .* is it the price per machine\?/);
  });

  it('follows another book that is typed, and says when there is none', async () => {
    write('plans/one.csv', 'aws,,p5.48xlarge,,,on-demand,40');
    write('plans/two.csv', 'aws,,p5.48xlarge,,,on-demand,20');
    await start();
    const at = await client!.open(manifest('one.csv'), uri('plans/ai-infra.yaml'));
    assert.match(await hoverAt(at), /one\.csv line 2/);
    await client!.type(at, 'one.csv', 'two.csv');
    assert.match(await hoverAt(at), /two\.csv line 2/);
    await client!.type(at, 'two.csv', 'three.csv');
    const [found] = await findings(at);
    assert.equal(found?.severity, 1);
    assert.match(messageOf(found), /There is no file `three\.csv`/);
    assert.doesNotMatch(await hoverAt(at), /\.csv line/);
  });

  it('reads nothing outside the workspace folder, by whatever path or link', async () => {
    const outside = realpathSync(mkdtempSync(join(tmpdir(), 'ai-infra-outside-')));
    writeFileSync(join(outside, 'prices.csv'), `${HEADER}\naws,,p5.48xlarge,,,on-demand,1\n`);
    symlinkSync(join(outside, 'prices.csv'), join(root, 'plans/link.csv'));
    symlinkSync(outside, join(root, 'plans/away'));
    await start();
    let number = 0;
    for (const path of [
      `../../${outside.split('/').pop()}/prices.csv`,
      join(outside, 'prices.csv'),
      pathToFileURL(join(outside, 'prices.csv')).href,
      'link.csv',
      'away/prices.csv',
      'away/../away/prices.csv',
      '..',
    ]) {
      const at = await client!.open(manifest(JSON.stringify(path)), uri(`plans/${number++}.ai-infra.yaml`));
      const [found, ...more] = await findings(at);
      assert.deepEqual(more, [], path);
      assert.equal(found?.severity, 1, path);
      assert.doesNotMatch(await hoverAt(at), /\.csv line/, path);
    }
    rmSync(outside, { recursive: true });
  });

  it('reads no book of a manifest in Restricted Mode, hints at it, and reads it once the folder is trusted', async () => {
    write('plans/prices.csv', 'aws,,p5.48xlarge,,,on-demand,40');
    await start({ options: { trusted: false } });
    const at = await client!.open(manifest('prices.csv'), uri('plans/ai-infra.yaml'));
    const [found] = await findings(at);
    assert.equal(found?.severity, 4);
    assert.match(messageOf(found), /not read in Restricted Mode/);
    assert.doesNotMatch(await hoverAt(at), /\.csv line/);
    await client!.connection.sendNotification(TRUSTED);
    assert.match(await hoverAt(at), /prices\.csv line 2 \(repository\)/);
    assert.deepEqual(await findings(at), []);
  });

  it('lays the user’s book over the manifest’s, and that over the organisation’s', async () => {
    write('organisation.csv', 'aws,,p5.48xlarge,,,on-demand,50', 'aws,,p5.48xlarge,,,spot,50');
    write('plans/prices.csv', 'aws,,p5.48xlarge,,,on-demand,40');
    write('user.csv', 'aws,,p5.48xlarge,,,on-demand,30');
    const text = manifest('prices.csv');
    const spot = text.replace('instance: p5.48xlarge', 'instance: p5.48xlarge, capacity: spot');
    await start({
      settings: { priceBook: join(root, 'organisation.csv'), userPriceBook: join(root, 'user.csv') },
    });
    const at = await client!.open(text, uri('plans/ai-infra.yaml'));
    assert.match(await hoverAt(at), /\$30\.00[\s\S]*user\.csv line 2 \(user\)/);
    const second = await client!.open(spot, uri('plans/spot.ai-infra.yaml'));
    assert.match(await hoverAt(second), /\$50\.00[\s\S]*organisation\.csv line 3 \(organisation\)/);
  });

  it('takes the organisation’s book from the environment where no setting names one', async () => {
    write('organisation.csv', 'aws,,p5.48xlarge,,,on-demand,50');
    await start({ environment: { AI_INFRA_PRICE_BOOK: join(root, 'organisation.csv') } });
    const at = await client!.open(manifest('absent.csv'), uri('plans/ai-infra.yaml'));
    assert.match(await hoverAt(at), /organisation\.csv line 2 \(organisation\)/);
  });

  it('shows hardware at the prices of the manifest that is asked about, and else at those of the catalogue', async () => {
    write('plans/prices.csv', 'aws,,p5.48xlarge,,,on-demand,8', 'aws,,p5.48xlarge,,,spot,8');
    await start();
    const at = await client!.open(manifest('prices.csv'), uri('plans/ai-infra.yaml'));
    const pricesOf = async (params: { uri?: string }): Promise<{ list: string; offers: string; page: string }> => {
      const rows = await client!.request<HardwareResult>('aiInfra/hardware', params);
      const chip = { accelerator: 'h100-sxm', ...params };
      const { offers, page } = await client!.request<HardwareOffersResult>('aiInfra/hardwareOffers', chip);
      return { list: rows.find(({ id }) => id === 'h100-sxm')!.detail, offers: JSON.stringify(offers), page };
    };
    const own = await pricesOf({ uri: at });
    assert.match(own.list, /on demand from \$1, /);
    assert.match(own.offers, /\$8\.00 the machine · undated · own price/);
    assert.match(own.page, /prices\.csv line 2 \(repository\)/);
    for (const params of [{}, { uri: uri('plans/closed.ai-infra.yaml') }]) {
      const list = await pricesOf(params);
      assert.doesNotMatch(list.list, /from \$1, /);
      assert.doesNotMatch(list.page, /prices\.csv/);
    }
  });

  it('links to the book wherever it may be read from, and nowhere else', async () => {
    await start();
    const linkOf = async (book: string, name: string): Promise<readonly (string | undefined)[]> => {
      const at = await client!.open(manifest(JSON.stringify(book)), uri(`plans/${name}.ai-infra.yaml`));
      const links = await client!.request<DocumentLink[]>('textDocument/documentLink', { textDocument: { uri: at } });
      return links.map(({ target }) => target);
    };
    assert.deepEqual(await linkOf('prices.csv', 'beside'), [uri('plans/prices.csv')]);
    assert.deepEqual(await linkOf('../my prices (2026).csv', 'above'), [`${uri('my')}%20prices%20(2026).csv`]);
    for (const [index, path] of [
      '../../prices.csv',
      '/etc/passwd',
      'file:///etc/passwd',
      '..\\prices.csv',
      '..',
    ].entries())
      assert.deepEqual(await linkOf(path, String(index)), [], path);
  });

  it('asks the client for a book that its own machine does not have, and answers when that is there', async () => {
    await start({
      folders: ['vscode-vfs://github/acme/plans'],
      options: { readsBooks: true },
      readBook: (asked) =>
        asked.endsWith('/my%20prices.csv')
          ? { text: `${HEADER}\naws,,p5.48xlarge,,,on-demand,40\n` }
          : { problem: 'missing' },
    });
    const at = await client!.open(manifest('my prices.csv'), 'vscode-vfs://github/acme/plans/a/ai-infra.yaml');
    assert.match(await hoverAt(at), /\$40\.00[\s\S]*my prices\.csv line 2 \(repository\)/);
    assert.equal(client!.asked.includes(`${READ_BOOK} vscode-vfs://github/acme/plans/a/my%20prices.csv`), true);
    const away = await client!.open(manifest('../../x.csv'), 'vscode-vfs://github/acme/plans/b/ai-infra.yaml');
    assert.match(messageOf((await findings(away))[0]), /leads out of the workspace folder/);
    assert.equal(
      client!.asked.some((asked) => asked.endsWith('/x.csv')),
      false,
    );
  });
});
