/** Getting one document from a public host, distrustfully. The shell gives it its `fetch`; nothing here is retried. */
import { FeedError, type DocumentKind, type Download, type SourceDocument } from './source.ts';

/** The part of `fetch` that is used; the global one fits. */
export type Fetch = (
  url: string,
  init: {
    readonly headers: Readonly<Record<string, string>>;
    readonly redirect: 'manual';
    readonly signal: AbortSignal;
  },
) => Promise<FetchedResponse>;

export interface FetchedResponse {
  readonly status: number;
  readonly type?: string;
  readonly headers: { get(name: string): string | null };
  readonly body: { getReader(): ByteReader } | null;
}

interface ByteReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

export interface DownloadLimits {
  /** For one document, from the request to its last byte. */
  readonly milliseconds: number;
  /** Of one document, after the transfer's own compression is undone. */
  readonly bytes: number;
}

export const DEFAULT_LIMITS: DownloadLimits = { milliseconds: 60_000, bytes: 32 * 2 ** 20 };

const MOST_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

/** Buckets call everything octets; a sign-in page of the network is HTML and is never believed. */
const mediaTypes: Readonly<Record<DocumentKind, RegExp>> = {
  json: /^(application\/([\w.-]+\+)?json|text\/plain|(application|binary)\/octet-stream)$/,
  csv: /^(text\/(csv|plain)|(application|binary)\/octet-stream)$/,
  text: /^(text\/plain|(application|binary)\/octet-stream)$/,
  zip: /^(application\/(x-)?zip(-compressed)?|(application|binary)\/octet-stream)$/,
};

/** A `Download` over `fetch`. `signal` ends it at any time: then it rejects with the signal's own reason. */
export function createDownload(fetch: Fetch, signal: AbortSignal, limits: Partial<DownloadLimits> = {}): Download {
  const { milliseconds, bytes } = { ...DEFAULT_LIMITS, ...limits };
  return async (request) => {
    const timeout = AbortSignal.timeout(milliseconds);
    try {
      const both = AbortSignal.any([signal, timeout]);
      const response = await follow(fetch, request.url, request.hosts, headersOf(request.etag), both);
      return await readResponse(response, request.kind, bytes, request.etag !== undefined);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof FeedError) throw error;
      if (timeout.aborted) throw new FeedError(`no whole answer within ${String(milliseconds / 1000)} s`);
      throw new FeedError(`the connection failed (${reasonOf(error)})`);
    }
  };
}

function headersOf(etag: string | undefined): Record<string, string> {
  return { accept: '*/*', ...(etag === undefined ? {} : { 'if-none-match': etag }) };
}

/** Follows redirects by hand: every address on the way is held to the same rules as the first. */
async function follow(
  fetch: Fetch,
  first: string,
  hosts: readonly string[],
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<FetchedResponse> {
  let url = checkedAddress(first, hosts);
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    const response = await fetch(url.href, { headers, redirect: 'manual', signal });
    // A browser hides where a redirect leads.
    if (response.type === 'opaqueredirect') throw new FeedError('the server redirects, which a browser cannot check');
    if (!REDIRECTS.includes(response.status)) return response;
    await discard(response);
    const location = response.headers.get('location');
    if (location === null) throw new FeedError('the server redirects to nowhere');
    url = checkedAddress(location, hosts, url);
  }
  throw new FeedError(`there are more than ${String(MOST_REDIRECTS)} redirects`);
}

/** The address, when it may be spoken to: https, a host of the list, the usual port, no credentials. */
function checkedAddress(address: string, hosts: readonly string[], base?: URL): URL {
  let url: URL;
  try {
    url = new URL(address, base);
  } catch {
    throw new FeedError('the server names an address that is none');
  }
  if (url.protocol !== 'https:') throw new FeedError(`an address is not https, but ${url.protocol}//`);
  if (!hosts.includes(url.hostname)) throw new FeedError(`an address leads to ${url.hostname}, which is not allowed`);
  if (url.port !== '' || url.username !== '' || url.password !== '') {
    throw new FeedError('an address has a port or credentials, which are not allowed');
  }
  return url;
}

async function readResponse(
  response: FetchedResponse,
  kind: DocumentKind,
  mostBytes: number,
  conditional: boolean,
): Promise<SourceDocument | 'unchanged'> {
  const problem = problemOf(response, kind, mostBytes, conditional);
  if (response.status === 304 && problem === undefined) return 'unchanged';
  if (problem !== undefined) {
    await discard(response);
    throw new FeedError(problem);
  }
  const modified = Date.parse(response.headers.get('last-modified') ?? '');
  return {
    bytes: await readBody(response, mostBytes),
    etag: response.headers.get('etag')?.slice(0, 200),
    lastModified: Number.isNaN(modified) ? undefined : new Date(modified).toISOString().slice(0, 10),
  };
}

function problemOf(
  { status, headers }: FetchedResponse,
  kind: DocumentKind,
  mostBytes: number,
  conditional: boolean,
): string | undefined {
  if (status === 304 && conditional) return undefined;
  if (status === 403 || status === 429)
    return `the server answered ${String(status)}: it refuses, or was asked too often`;
  if (status !== 200) return `the server answered ${String(status)}`;
  const type = (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type !== '' && !mediaTypes[kind].test(type)) return `the answer is ${type.slice(0, 60)}, not ${kind}`;
  if (Number(headers.get('content-length') ?? 0) > mostBytes) return tooLarge(mostBytes);
  return undefined;
}

async function readBody({ body }: FetchedResponse, mostBytes: number): Promise<Uint8Array> {
  const reader = body?.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done || value === undefined) break;
    length += value.length;
    if (length > mostBytes) {
      await reader?.cancel().catch(() => undefined);
      throw new FeedError(tooLarge(mostBytes));
    }
    pieces.push(value);
  }
  const bytes = new Uint8Array(length);
  let start = 0;
  for (const piece of pieces) {
    bytes.set(piece, start);
    start += piece.length;
  }
  return bytes;
}

const tooLarge = (mostBytes: number): string =>
  `the answer is larger than ${String(Math.round(mostBytes / 2 ** 20))} MiB`;

/** Lets go of a body that nobody reads, so that its connection ends. */
async function discard({ body }: FetchedResponse): Promise<void> {
  await body
    ?.getReader()
    .cancel()
    .catch(() => undefined);
}

/** `fetch` says little itself; its cause says `ECONNREFUSED`, `ENOTFOUND`, `UND_ERR_SOCKET`. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = (cause as { code?: unknown } | null)?.code;
  if (typeof code === 'string') return code;
  return cause instanceof Error ? cause.message.slice(0, 120) : 'no reason given';
}
