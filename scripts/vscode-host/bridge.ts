import { randomUUID } from 'node:crypto';
import { type IncomingMessage, createServer } from 'node:http';
import { stripVTControlCharacters } from 'node:util';
import type { PageActions } from './page-actions.ts';

/** A call over the bridge, and its answer. */
export interface BridgeRequest {
  readonly action: string;
  readonly params: unknown;
}
export type BridgeResponse = { readonly result: unknown } | { readonly error: string };

export interface Bridge {
  /** Where the tests send their requests; the path is a secret of this run. */
  readonly url: string;
  readonly close: () => void;
}

/** The extension host of VS Code for the web is a page of another origin; the secret path keeps strangers out. */
const answerHeaders = { 'content-type': 'application/json', 'access-control-allow-origin': '*' };

/**
 * Lets the tests inside the extension host act on the window around it: a loopback endpoint that takes `BridgeRequest` as JSON.
 * `actions` is asked for at each request, since the endpoint exists before the window does.
 */
export async function openBridge(actions: () => PageActions | undefined): Promise<Bridge> {
  const path = `/${randomUUID()}`;
  const server = createServer((request, response) => {
    if (request.method !== 'POST' || request.url !== path) {
      response.writeHead(404).end();
      return;
    }
    void answer(request, actions()).then((body) => response.writeHead(200, answerHeaders).end(JSON.stringify(body)));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the bridge has no port');
  return {
    url: `http://127.0.0.1:${address.port}${path}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(request: IncomingMessage, actions: PageActions | undefined): Promise<BridgeResponse> {
  try {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { action, params } = readRequest(JSON.parse(text));
    if (actions === undefined) throw new Error('the window is not open yet');
    if (!Object.hasOwn(actions, action)) throw new Error(`the bridge has no action ${action}`);
    const run: unknown = Reflect.get(actions, action);
    if (typeof run !== 'function') throw new Error(`${action} is no action`);
    return { result: await (run(params) as Promise<unknown>) };
  } catch (error) {
    // playwright colours its messages for a terminal.
    return { error: stripVTControlCharacters(error instanceof Error ? error.message : String(error)) };
  }
}

function readRequest(value: unknown): BridgeRequest {
  if (typeof value !== 'object' || value === null || !('action' in value) || typeof value.action !== 'string') {
    throw new Error('a request to the bridge is {"action": name, "params": {…}}');
  }
  return { action: value.action, params: 'params' in value ? value.params : undefined };
}
