/**
 * A real HTTP server on this machine that stands for all public price sources. `fetch` leads every https address to it, so
 * that the code under test speaks to its real hosts and knows nothing of it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fetch } from '../../server/src/catalog/refresh/download.ts';
import {
  advisorJson,
  azureItems,
  azurePage,
  commitsJson,
  gpuhuntCsv,
  skypilotCsv,
  zipOf,
  type Reprice,
} from './price-sources.ts';

export type Answer = (request: IncomingMessage, response: ServerResponse, address: URL) => void;

export const AZURE = 'prices.azure.com';
export const GITHUB = 'api.github.com';
export const RAW = 'raw.githubusercontent.com';
export const ADVISOR = 'spot-bid-advisor.s3.amazonaws.com';
export const GPUHUNT = 'dstack-gpu-pricing.s3.eu-west-1.amazonaws.com';
const PAGE = 1000;

export interface PriceServer {
  readonly port: number;
  readonly fetch: Fetch;
  /** Addresses that were asked for, `https://` and all, in order. */
  readonly asked: string[];
  /** Answers for a host, before the good ones; `undefined` leaves the request to those. */
  override: (address: URL) => Answer | undefined;
  /** Prices of the good answers, over the embedded ones. */
  reprice: Reprice;
  sha: string;
  day: string;
  /** Answers as the source of the address does. For servers of another kind (TLS) that stand before this one. */
  answer(request: IncomingMessage, response: ServerResponse, address: URL): void;
  close(): Promise<void>;
}

export async function startPriceServer(): Promise<PriceServer> {
  const asked: string[] = [];
  const state = {
    override: (_address: URL): Answer | undefined => undefined,
    reprice: ((usdPerHour) => usdPerHour * 0.9) as Reprice,
    sha: 'a'.repeat(40),
    day: '2026-11-20',
  };
  const answer: Answer = (request, response, address) => {
    asked.push(address.href);
    const own = state.override(address);
    if (own) own(request, response, address);
    else good(request, response, address, state);
  };
  const server = createServer((request, response) => {
    answer(request, response, new URL(`https:/${request.url ?? ''}`));
  });
  const port = await listen(server);
  return Object.assign(state, {
    port,
    asked,
    answer,
    fetch: ((url, init) => {
      const { host, pathname, search } = new URL(url);
      return fetch(`http://127.0.0.1:${String(port)}/${host}${pathname}${search}`, {
        ...init,
        headers: { ...init.headers },
      });
    }) as Fetch,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

export function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

export function send(
  response: ServerResponse,
  type: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): void {
  response.writeHead(200, { 'content-type': type, ...headers });
  response.end(body);
}

let items: { readonly reprice: Reprice; readonly all: readonly object[] } | undefined;

/** Made once for each way to price them: a refresh asks for many pages. */
function allItems(reprice: Reprice): readonly object[] {
  if (items?.reprice !== reprice) items = { reprice, all: azureItems(reprice) };
  return items.all;
}

function good(
  request: IncomingMessage,
  response: ServerResponse,
  address: URL,
  { reprice, sha, day }: Pick<PriceServer, 'reprice' | 'sha' | 'day'>,
): void {
  const { hostname, pathname, searchParams } = address;
  const provider = /\/v8\/(\w+)\/vms\.csv/.exec(pathname)?.[1] ?? /\/v3\/(\w+)\//.exec(pathname)?.[1] ?? '';
  if (hostname === AZURE) {
    const filter = searchParams.get('$filter') ?? '';
    const skip = Number(searchParams.get('$skip') ?? 0);
    const items = allItems(reprice).filter((item) =>
      filter.includes(`'${(item as { armSkuName: string }).armSkuName}'`),
    );
    const next =
      skip + PAGE < items.length
        ? `https://${AZURE}:443/api/retail/prices?$filter=${encodeURIComponent(filter)}&$skip=${String(skip + PAGE)}`
        : null;
    send(response, 'application/json; charset=utf-8', azurePage(items.slice(skip, skip + PAGE), next));
  } else if (hostname === GITHUB) send(response, 'application/json; charset=utf-8', commitsJson(sha, day));
  else if (hostname === RAW) send(response, 'text/plain; charset=utf-8', skypilotCsv(provider, reprice));
  else if (hostname === ADVISOR) {
    const headers = { etag: '"advisor-1"', 'last-modified': 'Tue, 17 Nov 2026 08:00:00 GMT' };
    if (request.headers['if-none-match'] === headers.etag) {
      response.writeHead(304, headers);
      response.end();
    } else send(response, 'application/json', advisorJson(60), headers);
  } else if (hostname === GPUHUNT && pathname.endsWith('/version')) {
    send(response, 'binary/octet-stream', `${day.replaceAll('-', '')}-4711\n`);
  } else if (hostname === GPUHUNT) {
    const ours = provider === 'lambdalabs' ? 'lambda' : provider;
    send(response, 'application/zip', zipOf(`${provider}.csv`, gpuhuntCsv(ours, reprice)));
  } else {
    response.writeHead(404);
    response.end();
  }
}
