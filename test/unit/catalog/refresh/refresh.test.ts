import assert from 'node:assert/strict';
import { embeddedCatalog } from '../../../../server/src/catalog/embedded.ts';
import { createDownload, type DownloadLimits } from '../../../../server/src/catalog/refresh/download.ts';
import {
  FEEDS,
  refreshPrices,
  type FeedResult,
  type RefreshOutcome,
} from '../../../../server/src/catalog/refresh/refresh.ts';
import type { StoredFeed } from '../../../../server/src/catalog/refresh/stored.ts';
import {
  ADVISOR,
  AZURE,
  GITHUB,
  GPUHUNT,
  RAW,
  send,
  startPriceServer,
  type Answer,
  type PriceServer,
} from '../../../helpers/price-server.ts';
import { skypilotCsv, zipOf } from '../../../helpers/price-sources.ts';

// The whole of a refresh over real HTTP: the sources' real formats, and everything that can go wrong with them.

const TODAY = '2026-11-24';
const MIB = 2 ** 20;

describe('a refresh of prices', () => {
  let server: PriceServer;
  beforeEach(async () => {
    server = await startPriceServer();
  });
  afterEach(() => server.close());

  function refresh(
    options: {
      providers?: readonly string[];
      previous?: readonly StoredFeed[];
      limits?: Partial<DownloadLimits>;
      signal?: AbortSignal;
      onProgress?: () => void;
    } = {},
  ): Promise<RefreshOutcome> {
    const signal = options.signal ?? new AbortController().signal;
    return refreshPrices({
      catalog: embeddedCatalog(),
      previous: options.previous ?? [],
      ...(options.providers && { providers: options.providers }),
      download: createDownload(server.fetch, signal, options.limits),
      today: TODAY,
      signal,
      ...(options.onProgress && { onProgress: options.onProgress }),
    });
  }

  const result = (outcome: RefreshOutcome, id: string): FeedResult => outcome.results.find((feed) => feed.id === id)!;
  const stored = (outcome: RefreshOutcome, id: string): StoredFeed | undefined =>
    outcome.feeds.find((feed) => feed.id === id);
  const onlyFor =
    (host: string, answer: Answer) =>
    (address: URL): Answer | undefined =>
      address.hostname === host ? answer : undefined;

  it('reads every source in its own format, and dates what it read', async () => {
    const outcome = await refresh();
    assert.deepEqual(
      outcome.results.filter(({ status }) => status !== 'refreshed').map(({ id, problem }) => `${id}: ${problem}`),
      [],
    );
    assert.deepEqual(
      outcome.feeds.map(({ id }) => id),
      FEEDS.map(({ id }) => id),
    );
    assert.equal(stored(outcome, 'azure-retail')?.asOf, TODAY);
    assert.equal(stored(outcome, 'skypilot/aws')?.asOf, '2026-11-20');
    assert.equal(stored(outcome, 'gpuhunt/oci')?.asOf, '2026-11-20');
    assert.equal(stored(outcome, 'aws-spot-advisor')?.asOf, '2026-11-17');
    assert.match(
      stored(outcome, 'skypilot/aws')?.source ?? '',
      /skypilot-catalog@aaaaaaaaaa catalogs\/v8\/aws\/vms\.csv/,
    );
    assert.ok(outcome.feeds.every(({ rows }) => rows.usdPerHour.length > 0));
  });

  it('asks only the hosts of its sources, over https', async () => {
    await refresh();
    assert.deepEqual(
      [...new Set(server.asked.map((address) => new URL(address).hostname))].sort(),
      [GITHUB, GPUHUNT, AZURE, RAW, ADVISOR].sort(),
    );
  });

  it('takes the median of the zones for spot, and a term’s price by the hour for reservations', async () => {
    server.reprice = (usdPerHour) => usdPerHour;
    const outcome = await refresh({ providers: ['aws', 'azure'] });
    const price = (id: string, instance: string, region: string, capacity: number): number | undefined => {
      const { rows, machines, regions } = stored(outcome, id)!;
      const row = rows.usdPerHour.findIndex(
        (_, at) =>
          machines[rows.machine[at]!] === instance &&
          regions[rows.region[at]!] === region &&
          rows.capacity[at] === capacity,
      );
      return rows.usdPerHour[row];
    };
    const onDemand = price('skypilot/aws', 'p5.48xlarge', 'us-east-1', 0)!;
    assert.equal(price('skypilot/aws', 'p5.48xlarge', 'us-east-1', 1), onDemand * 0.5);
    const reserved = embeddedCatalog()
      .offers({ provider: 'azure', capacity: 'reserved-1y' })
      .find(({ suspect }) => suspect === undefined)!;
    assert.ok(
      Math.abs(price('azure-retail', reserved.machine.instance, reserved.region, 2)! / reserved.usdPerHour! - 1) < 1e-6,
    );
  });

  it('refreshes the providers that are asked for, and leaves the others as they are', async () => {
    const all = await refresh();
    server.sha = 'b'.repeat(40);
    server.asked.length = 0;
    const some = await refresh({ providers: ['nebius'], previous: all.feeds });
    assert.deepEqual(
      some.results.map(({ id }) => id),
      ['skypilot/nebius', 'gpuhunt/nebius'],
    );
    assert.deepEqual(stored(some, 'skypilot/aws'), stored(all, 'skypilot/aws'));
    assert.equal(
      server.asked.some((address) => address.includes(AZURE)),
      false,
    );
  });

  describe('that finds nothing new', () => {
    it('keeps what it has: by ETag, by commit, by version', async () => {
      const first = await refresh({ providers: ['aws', 'oci'] });
      server.asked.length = 0;
      const second = await refresh({ providers: ['aws', 'oci'], previous: first.feeds });
      assert.deepEqual(
        second.results.map(({ id, status }) => `${id} ${status}`),
        ['skypilot/aws unchanged', 'skypilot/oci unchanged', 'gpuhunt/oci unchanged', 'aws-spot-advisor unchanged'],
      );
      assert.equal(
        server.asked.some((address) => address.endsWith('.csv') || address.endsWith('.zip')),
        false,
      );
      assert.deepEqual(
        second.feeds.map(({ rows }) => rows),
        first.feeds.map(({ rows }) => rows),
      );
    });

    it('reads all of it again when the catalogue’s machines are others now', async () => {
      const first = await refresh({ providers: ['oci'] });
      const older = first.feeds.map((feed) => ({ ...feed, catalogDigest: 'of an older version' }));
      const second = await refresh({ providers: ['oci'], previous: older });
      assert.deepEqual(
        second.results.map(({ status }) => status),
        ['refreshed', 'refreshed'],
      );
    });
  });

  describe('of a source that is bad', () => {
    const good = async (): Promise<RefreshOutcome> => refresh({ providers: ['aws'] });

    async function afterFailure(
      override: PriceServer['override'],
      limits?: Partial<DownloadLimits>,
    ): Promise<FeedResult> {
      const before = await good();
      server.sha = 'b'.repeat(40);
      server.override = override;
      const after = await refresh({ providers: ['aws'], previous: before.feeds, ...(limits && { limits }) });
      const failed = result(after, 'skypilot/aws');
      assert.equal(failed.status, 'failed');
      assert.deepEqual(stored(after, 'skypilot/aws'), stored(before, 'skypilot/aws'), 'its last good prices stay');
      assert.equal(failed.asOf, '2026-11-20');
      assert.equal(result(after, 'aws-spot-advisor').status, 'unchanged', 'the other source is not held back');
      return failed;
    }

    const status =
      (code: number): Answer =>
      (_request, response) => {
        response.writeHead(code, { 'content-type': 'text/html' });
        response.end('<h1>no</h1>');
      };
    const csv =
      (text: string | Uint8Array): Answer =>
      (_request, response) =>
        send(response, 'text/plain; charset=utf-8', text);

    for (const code of [404, 500, 403, 429, 204, 304]) {
      it(`says that it answered ${String(code)}`, async () => {
        const { problem } = await afterFailure(onlyFor(RAW, status(code)));
        assert.match(problem, new RegExp(`the server answered ${String(code)}`));
      });
    }

    it('gives up one that never ends', async () => {
      const { problem } = await afterFailure(
        onlyFor(RAW, (_request, response) => {
          response.writeHead(200, { 'content-type': 'text/plain' });
          response.write('InstanceType,');
        }),
        { milliseconds: 150 },
      );
      assert.equal(problem, 'no whole answer within 0.15 s');
    });

    it('gives up one that never begins', async () => {
      const { problem } = await afterFailure(
        onlyFor(RAW, () => undefined),
        { milliseconds: 150 },
      );
      assert.equal(problem, 'no whole answer within 0.15 s');
    });

    it('takes no answer whose connection broke', async () => {
      const text = skypilotCsv('aws', (usdPerHour) => usdPerHour);
      const { problem } = await afterFailure(
        onlyFor(RAW, (_request, response) => {
          response.writeHead(200, { 'content-type': 'text/plain', 'content-length': String(text.length) });
          response.write(text.slice(0, text.length / 2), () => response.destroy());
        }),
      );
      assert.match(problem, /^the connection failed/);
    });

    it('takes no table whose last line was cut off', async () => {
      const text = skypilotCsv('aws', (usdPerHour) => usdPerHour);
      const { problem } = await afterFailure(onlyFor(RAW, csv(text.slice(0, text.lastIndexOf(',') - 20))));
      assert.match(problem, /^the table cannot be read/);
    });

    it('takes no table that has half of the rows it had', async () => {
      const lines = skypilotCsv('aws', (usdPerHour) => usdPerHour).split('\n');
      const { problem } = await afterFailure(onlyFor(RAW, csv(lines.slice(0, lines.length / 3).join('\n'))));
      assert.match(problem, /taken for incomplete$/);
    });

    it('believes no sign-in page', async () => {
      const { problem } = await afterFailure(
        onlyFor(RAW, (_request, response) => send(response, 'text/html; charset=utf-8', '<form>Sign in</form>')),
      );
      assert.equal(problem, 'the answer is text/html, not csv');
    });

    it('notices another format', async () => {
      assert.match(
        (await afterFailure(onlyFor(RAW, csv('Type,Cost\np5.48xlarge,3\n')))).problem,
        /^the table has no column InstanceType/,
      );
    });

    it('believes no bytes that are no text', async () => {
      const { problem } = await afterFailure(onlyFor(RAW, csv(new Uint8Array([0xff, 0xfe, 0x00, 0xc3]))));
      assert.equal(problem, 'the answer is no UTF-8 text');
    });

    it('follows no redirect to another host, to http, to a port or with credentials', async () => {
      for (const [location, expected] of [
        ['https://prices.example.com/x', /leads to prices\.example\.com, which is not allowed/],
        [`http://${RAW}/x`, /not https, but http:\/\//],
        [`https://${RAW}:8443/x`, /a port or credentials/],
        [`https://user:word@${RAW}/x`, /a port or credentials/],
        [`https://${RAW}.example.com/x`, /not allowed/],
        ['file:///etc/passwd', /not https/],
        ['https://[::1', /address that is none/],
      ] as const) {
        server.sha = 'a'.repeat(40);
        server.override = () => undefined;
        const { problem } = await afterFailure(
          onlyFor(RAW, (_request, response) => {
            response.writeHead(302, { location });
            response.end();
          }),
        );
        assert.match(problem, expected);
      }
      assert.equal(
        server.asked.some((address) => address.includes('example.com')),
        false,
      );
    });

    it('follows a redirect within the source’s own hosts, but not in circles', async () => {
      server.override = (address) =>
        address.hostname === RAW && !address.pathname.startsWith('/moved')
          ? (_request, response) => {
              response.writeHead(301, { location: `/moved${address.pathname}` });
              response.end();
            }
          : undefined;
      assert.equal(result(await refresh({ providers: ['nebius'] }), 'skypilot/nebius').status, 'refreshed');
      const { problem } = await afterFailure(
        onlyFor(RAW, (_request, response) => {
          response.writeHead(307, { location: '/again' });
          response.end();
        }),
      );
      assert.equal(problem, 'there are more than 5 redirects');
    });

    it('refuses an answer that says it is too large, without reading it', async () => {
      let sent = 0;
      const { problem } = await afterFailure(
        onlyFor(RAW, (_request, response) => {
          response.writeHead(200, { 'content-type': 'text/plain', 'content-length': String(2 * 1024 * MIB) });
          sent += 1;
          response.flushHeaders();
        }),
      );
      assert.equal(problem, 'the answer is larger than 32 MiB');
      assert.equal(sent, 1);
    });

    it('cuts an answer of two gigabytes that does not say so, at the limit', async () => {
      let sent = 0;
      const piece = Buffer.alloc(MIB / 4, 'x');
      const { problem } = await afterFailure(
        onlyFor(RAW, (_request, response) => {
          response.writeHead(200, { 'content-type': 'text/plain' });
          const more = (): void => {
            while (sent < 2048 * MIB && !response.destroyed) {
              sent += piece.length;
              if (!response.write(piece)) {
                response.once('drain', more);
                return;
              }
            }
            response.end();
          };
          more();
        }),
        { bytes: 2 * MIB },
      );
      assert.equal(problem, 'the answer is larger than 2 MiB');
      assert.ok(sent < 32 * MIB, `${String(sent / MIB)} MiB were sent`);
    });

    it('cuts a small answer that unpacks to a large one in transfer', async () => {
      const { gzipSync } = await import('node:zlib');
      const bomb = gzipSync(Buffer.alloc(16 * MIB));
      const { problem } = await afterFailure(
        onlyFor(RAW, (_request, response) => send(response, 'text/plain', bomb, { 'content-encoding': 'gzip' })),
        { bytes: 2 * MIB },
      );
      assert.equal(problem, 'the answer is larger than 2 MiB');
    });
  });

  describe('from an archive', () => {
    const gpuhunt = async (zip: Uint8Array): Promise<FeedResult> => {
      server.override = (address) =>
        address.pathname.endsWith('.zip') ? (_request, response) => send(response, 'application/zip', zip) : undefined;
      return result(await refresh({ providers: ['oci'] }), 'gpuhunt/oci');
    };

    it('stops unpacking a bomb at the limit', async () => {
      const bomb = zipOf('oci.csv', 'x'.repeat(20 * MIB));
      assert.ok(bomb.length < MIB);
      assert.equal((await gpuhunt(bomb)).problem, 'oci.csv unpacks to more than 16 MiB');
    });

    it('says that it is broken, cut off, or lacks the table', async () => {
      const zip = zipOf('oci.csv', 'instance_name\n'.repeat(5000));
      assert.match((await gpuhunt(zip.subarray(0, zip.length / 2))).problem, /^the archive is/);
      assert.match((await gpuhunt(zipOf('../../oci.csv', 'x'))).problem, /has no oci\.csv$/);
      assert.match((await gpuhunt(new TextEncoder().encode('no zip at all'))).problem, /^the archive is/);
    });

    it('takes no version that could lead elsewhere', async () => {
      server.override = (address) =>
        address.pathname.endsWith('/version')
          ? (_request, response) => send(response, 'text/plain', '20261120-1/../../other')
          : undefined;
      assert.match(
        result(await refresh({ providers: ['oci'] }), 'gpuhunt/oci').problem,
        /^the version is not of the form/,
      );
    });
  });

  describe('of Azure', () => {
    it('follows no page link to another host', async () => {
      server.override = onlyFor(AZURE, (_request, response) =>
        send(response, 'application/json', JSON.stringify({ Items: [], NextPageLink: 'https://evil.example/next' })),
      );
      assert.match(
        result(await refresh({ providers: ['azure'] }), 'azure-retail').problem,
        /evil\.example, which is not allowed/,
      );
    });

    it('notices pages that lead in circles, and pages of another form', async () => {
      server.override = onlyFor(AZURE, (_request, response, address) =>
        send(response, 'application/json', JSON.stringify({ Items: [], NextPageLink: address.href })),
      );
      assert.match(result(await refresh({ providers: ['azure'] }), 'azure-retail').problem, /more than 100 pages/);
      server.override = onlyFor(AZURE, (_request, response) => send(response, 'application/json', '{"error":"x"}'));
      assert.match(result(await refresh({ providers: ['azure'] }), 'azure-retail').problem, /no "Items"/);
      server.override = onlyFor(AZURE, (_request, response) => send(response, 'application/json', '{"Items":[{"a'));
      assert.match(result(await refresh({ providers: ['azure'] }), 'azure-retail').problem, /no JSON, or was cut off/);
    });
  });

  describe('that is cancelled', () => {
    it('ends at once, wherever it is, and gives nothing to store', async () => {
      const controller = new AbortController();
      server.override = onlyFor(RAW, (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/plain' });
        response.write('InstanceType,');
        controller.abort();
      });
      await assert.rejects(refresh({ signal: controller.signal }), { name: 'AbortError' });
    });

    it('ends between two sources too', async () => {
      const controller = new AbortController();
      await assert.rejects(refresh({ signal: controller.signal, onProgress: () => controller.abort() }), {
        name: 'AbortError',
      });
    });
  });

  it('says what cannot be reached, for every source, when there is no network', async () => {
    await server.close();
    const outcome = await refresh();
    assert.deepEqual([...new Set(outcome.results.map(({ status }) => status))], ['failed']);
    assert.match(outcome.results[0]!.problem, /the connection failed \(ECONNREFUSED\)/);
    server = await startPriceServer();
  });
});
