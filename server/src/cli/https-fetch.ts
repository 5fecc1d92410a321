/** `fetch` over https that honours `HTTPS_PROXY` and `NO_PROXY`, which the global one of Node 20 does not. */
import { request } from 'node:https';
import { Readable } from 'node:stream';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import type { Fetch } from '../catalog/refresh/download.ts';
import { VERSION } from '../version.ts';

/** Statuses whose answers have no body, as `Response` insists. */
const WITHOUT_BODY = [204, 205, 304];

/** Follows no redirect and undoes no compression, since it asks for none. A proxy is that of the environment, as curl reads it. */
export const httpsFetch: Fetch = (url, { headers, signal }) =>
  new Promise((resolve, reject) => {
    const proxy = getProxyForUrl(url);
    const agent = proxy === '' ? undefined : new HttpsProxyAgent(proxy);
    const outgoing = request(
      url,
      { headers: { ...headers, 'user-agent': `ai-infra/${VERSION}` }, signal, ...(agent && { agent }) },
      (incoming) => {
        const status = incoming.statusCode ?? 0;
        const body = WITHOUT_BODY.includes(status) ? null : Readable.toWeb(incoming);
        if (body === null) incoming.resume();
        const received = new Headers();
        for (const [name, value] of Object.entries(incoming.headers)) {
          if (value !== undefined) received.set(name, String(value));
        }
        resolve({ status, headers: received, body: body as Awaited<ReturnType<Fetch>>['body'] });
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
