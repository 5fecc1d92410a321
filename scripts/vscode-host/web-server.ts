import { readFile } from 'node:fs/promises';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { installHost } from './install.ts';
import { quietSettings } from './server.ts';
import type { HostVersion } from './versions.ts';

/**
 * VS Code for the web, as vscode.dev is: no server behind the page, the extension host a worker in a frame of another origin.
 * The files are those of the private host, whose page would connect to its server: of it the tests use the files alone.
 */
export interface WebServerOptions {
  readonly version?: HostVersion;
  /** Folder of the extension under development; its files are fetched over HTTP as from a marketplace. */
  readonly extension: string;
  /** Module in that folder whose `run()` the extension host calls. */
  readonly testsFile: string;
  readonly log?: (line: string) => void;
}

export interface WebServer {
  /** The page of the workbench. */
  readonly url: string;
  readonly close: () => void;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.cjs': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.md': 'text/markdown',
  '.mjs': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
};

const workbenchScript = '/out/vs/code/browser/workbench/workbench.js';
/** Where code-server's workbench relies on its server, and what VS Code's own has in the place. */
const reliances: readonly (readonly [RegExp, string])[] = [
  [/remoteAuthority:location\.host/g, 'remoteAuthority:void 0'],
  [
    /(\w+)\.file\(this\.userDataPath\)\.with\(\{scheme:\w+\.vscodeRemote\}\)/g,
    '$1.file("/").with({scheme:"vscode-userdata"})',
  ],
];

/** Serves the workbench and the extension on a loopback port. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const { serverMain } = await installHost(options.version ?? 'current', options.log ?? (() => undefined));
  const roots = { build: dirname(dirname(serverMain)), extension: resolve(options.extension) };
  const script = await workbenchWithoutServer(join(roots.build, workbenchScript));
  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.writeHead(404).end());
  });
  await new Promise<void>((ready) => server.listen(0, 'localhost', ready));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the web server has no port');
  const host = `localhost:${String(address.port)}`;

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', `http://${host}`);
    if (pathname === '/') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(workbenchPage(host, roots.extension, options));
      return;
    }
    const [, root, ...rest] = decodeURIComponent(pathname).split('/');
    if (root !== 'build' && root !== 'extension') throw new Error('nothing is served there');
    const file = join(roots[root], ...rest);
    if (!file.startsWith(roots[root] + sep)) throw new Error('outside');
    const body = pathname === `/build${workbenchScript}` ? script : await readFile(file).catch(emptyBuiltIn(pathname));
    response
      .writeHead(200, {
        'content-type': contentTypes[extname(file)] ?? 'application/octet-stream',
        // The frame of the extension host is of another origin.
        'access-control-allow-origin': '*',
      })
      .end(body);
  }

  return {
    url: `http://${host}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** code-server leaves out what VS Code's own extensions would run on the web: the workbench complains of each that is not there. */
function emptyBuiltIn(pathname: string): (error: unknown) => string {
  return (error) => {
    if (/^\/build\/extensions\/.*\.js$/.test(pathname)) return '';
    throw error;
  };
}

async function workbenchWithoutServer(file: string): Promise<string> {
  let script = await readFile(file, 'utf8');
  for (const [pattern, instead] of reliances) {
    const found = script.match(pattern)?.length ?? 0;
    if (found !== 1) throw new Error(`${file}: ${String(pattern)} is there ${found} times, not once`);
    script = script.replace(pattern, instead);
  }
  return script;
}

function workbenchPage(host: string, extension: string, { testsFile }: WebServerOptions): string {
  const uri = (path: string): object => ({ scheme: 'http', authority: host, path });
  const configuration = {
    // Held in the memory of the page, by VS Code itself: what is not on a disk is like any other virtual workspace.
    folderUri: { scheme: 'tmp', path: '/workspace' },
    developmentOptions: {
      extensions: [uri('/extension')],
      extensionTestsPath: uri(`/extension/${relative(extension, testsFile).replaceAll(sep, '/')}`),
    },
    configurationDefaults: quietSettings,
    // code-server's own switches, without which its workbench does not start.
    isEnabledFileDownloads: true,
    isEnabledFileUploads: true,
    isEnabledCoderGettingStarted: false,
    productConfiguration: {
      enableTelemetry: false,
      // Both are needed for a frame of another origin; nothing is fetched by them.
      commit: 'local',
      quality: 'stable',
      webEndpointUrlTemplate: `http://{{uuid}}.${host}/build`,
      // Of this origin: a browser context of a test gives no service worker to another one, and webviews need theirs.
      webviewContentExternalBaseUrlTemplate: `http://${host}/build/out/vs/workbench/contrib/webview/browser/pre/`,
    },
  };
  const attribute = JSON.stringify(configuration).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>VS Code for the web</title>
    <meta id="vscode-workbench-web-configuration" data-settings="${attribute}">
    <link rel="stylesheet" href="/build/out/vs/code/browser/workbench/workbench.css">
  </head>
  <body aria-label="">
    <script>globalThis._VSCODE_FILE_ROOT = location.origin + '/build/out/';</script>
    <script type="module" src="/build/out/nls.messages.js"></script>
    <script type="module" src="/build${workbenchScript}"></script>
  </body>
</html>`;
}
