/**
 * The price server as the command line meets it: behind a proxy on this machine, over real TLS. The proxy leads every CONNECT
 * to the server, whose certificate is that of the sources' hosts.
 */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import { listen, type PriceServer } from './price-server.ts';

const FIXTURES = 'test/fixtures/price-sources';

export interface PriceProxy {
  /** What a process needs in its environment to reach the sources through the proxy. */
  readonly environment: Readonly<Record<string, string>>;
  /** `host:port` of every tunnel that was asked for. */
  readonly tunnels: readonly string[];
  close(): void;
}

export async function startPriceProxy(server: PriceServer): Promise<PriceProxy> {
  const sockets = new Set<Socket>();
  const secure = createTlsServer(
    { key: readFileSync(`${FIXTURES}/server.key`), cert: readFileSync(`${FIXTURES}/server.pem`) },
    (request, response) => {
      server.answer(request, response, new URL(`https://${request.headers.host ?? ''}${request.url ?? ''}`));
    },
  );
  const securePort = await listen(secure as unknown as Server);
  const tunnels: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, client: Socket) => {
    tunnels.push(request.url ?? '');
    const target = connect(securePort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.pipe(client);
      client.pipe(target);
    });
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
  });
  const port = await listen(proxy);
  return {
    environment: {
      HTTPS_PROXY: `http://127.0.0.1:${String(port)}`,
      NODE_EXTRA_CA_CERTS: `${FIXTURES}/authority.pem`,
    },
    tunnels,
    close: () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      secure.close();
    },
  };
}
