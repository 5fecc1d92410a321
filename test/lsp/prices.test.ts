import assert from 'node:assert/strict';
import { createDownload } from '../../server/src/catalog/refresh/download.ts';
import { FeedError } from '../../server/src/catalog/refresh/source.ts';
import { sealPrices } from '../../server/src/catalog/refresh/stored.ts';
import type {
  DownloadParams,
  DownloadResult,
  RefreshPricesResult,
  RefreshProgressParams,
  SummaryParams,
  UsePricesResult,
} from '../../server/src/protocol.ts';
import { startPriceServer, type PriceServer } from '../helpers/price-server.ts';
import { LanguageClient } from './client.ts';

const TEXT = `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: s3://team/ckpt }
    target: { provider: aws, region: us-east-1, instance: p5.48xlarge, accelerator: h100-sxm, count: 8, capacity: on-demand }
`;

describe('refreshing prices through the server', () => {
  let server: PriceServer;
  let client: LanguageClient;
  const progress: RefreshProgressParams[] = [];
  before(async () => {
    server = await startPriceServer();
    client = await LanguageClient.start();
    const download = createDownload(server.fetch, new AbortController().signal);
    client.connection.onRequest('aiInfra/download', async (params: DownloadParams): Promise<DownloadResult> => {
      try {
        const document = await download(params);
        if (document === 'unchanged') return { unchanged: true };
        const { etag, lastModified } = document;
        return {
          base64: Buffer.from(document.bytes).toString('base64'),
          ...(etag && { etag }),
          ...(lastModified && { lastModified }),
        };
      } catch (error) {
        return { problem: error instanceof FeedError ? error.message : String(error) };
      }
    });
    client.connection.onNotification(
      'aiInfra/refreshProgress',
      (params: RefreshProgressParams) => void progress.push(params),
    );
  });
  after(async () => {
    await client.stop();
    await server.close();
  });

  const refresh = (stored = '', providers = ['aws', 'nebius']): Promise<RefreshPricesResult> =>
    client.request('aiInfra/refreshPrices', { stored, providers });

  it('asks the client for the documents, tells how far it is, and uses nothing yet', async () => {
    const uri = await client.open(TEXT);
    const before = await client.summary(uri, 1);
    const answer = await refresh();
    assert.match(answer.summary, /^4 of 4 sources answered: /);
    assert.deepEqual(answer.failed, []);
    assert.deepEqual(
      progress.map(({ done, total }) => [done, total]),
      [1, 2, 3, 4].map((done) => [done, 4]),
    );
    await client.type(uri, '2B', '2.0B');
    assert.equal((await client.summary(uri, 2)).total, before.total);

    const used = await client.request<UsePricesResult>('aiInfra/usePrices', { stored: answer.stored });
    assert.equal(used.problem, '');
    assert.deepEqual(
      used.moved.map(({ uri: moved, before: total }) => [moved, total]),
      [[uri, before.total]],
    );
    await client.type(uri, '2.0B', '2B');
    const after: SummaryParams = await client.summary(uri, 3);
    assert.equal(after.total, used.moved[0]?.after);
    assert.equal(after.priceAge.oldest, '2026-11-20');
    await client.close(uri);
  });

  it('starts with the prices that the client has kept', async () => {
    const { stored } = await refresh();
    const fresh = await LanguageClient.start({ refreshedPrices: stored });
    const uri = await fresh.open(TEXT);
    assert.equal((await fresh.summary(uri, 1)).priceAge.oldest, '2026-11-20');
    await fresh.stop();
  });

  it('starts without prices that it cannot read, and says so in its log', async () => {
    const fresh = await LanguageClient.start({ refreshedPrices: 'nonsense' });
    const uri = await fresh.open(TEXT);
    assert.notEqual((await fresh.summary(uri, 1)).priceAge.oldest, '2026-11-20');
    assert.ok(
      fresh.log.some((line) => /refreshed prices are not used/.test(line)),
      fresh.log.join('\n'),
    );
    await fresh.stop();
  });

  it('keeps the prices in use when it is given others that it cannot read', async () => {
    const { stored } = await refresh();
    await client.request('aiInfra/usePrices', { stored });
    const used = await client.request<UsePricesResult>('aiInfra/usePrices', {
      stored: await sealPrices([{} as never]),
    });
    assert.match(used.problem, /not of the form/);
    assert.deepEqual(used.moved, []);
  });

  it('has nothing to store when no source answers', async () => {
    server.override = () => (_request, response) => {
      response.writeHead(503);
      response.end();
    };
    const answer = await refresh();
    assert.equal(answer.stored, '');
    assert.equal(answer.failed.length, 4);
    assert.match(answer.sources[0] ?? '', /failed, the server answered 503/);
    server.override = () => undefined;
  });

  it('ends when the request is cancelled', async () => {
    const { CancellationTokenSource } = await import('vscode-languageserver/node');
    const source = new CancellationTokenSource();
    server.override = () => () => source.cancel();
    await assert.rejects(
      client.connection.sendRequest('aiInfra/refreshPrices', { stored: '', providers: ['nebius'] }, source.token),
    );
    server.override = () => undefined;
    assert.equal((await refresh()).failed.length, 0, 'and the server lives on');
  });
});
