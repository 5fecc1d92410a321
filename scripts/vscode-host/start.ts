import { type Browser, type Page, chromium } from 'playwright-core';
import { chromiumFlags, ensureChromium } from './chromium.ts';
import { testOutputMark } from './test-output.ts';
import { developed, type RunningServer, type ServerOptions, startServer } from './server.ts';

export interface Viewport {
  readonly width: number;
  readonly height: number;
}

export interface PageOptions {
  readonly viewport?: Viewport;
  /** Takes the lines that the tests in the extension host print with `testOutputMark` before them. */
  readonly onTestOutput?: (text: string) => void;
}

export interface WindowOptions extends PageOptions {
  /** The folder to open, or a `.code-workspace` file. */
  readonly workspace: string;
}

/** One VS Code window in the browser. */
export interface HostWindow {
  readonly page: Page;
  /** The browser's console, oldest first. */
  readonly console: readonly string[];
  /** Resolves with the exit code that the tests in the extension host end with; rejects when the page dies before. */
  readonly testsEnded: Promise<number>;
  readonly close: () => Promise<void>;
}

export interface Host {
  readonly server: RunningServer;
  readonly openWindow: (options: WindowOptions) => Promise<HostWindow>;
  readonly dispose: () => Promise<void>;
}

const defaultViewport: Viewport = { width: 1440, height: 900 };

/** Starts a server and a browser for it; each window is a browser context of its own, so none remembers another's state. */
export async function startHost(options: ServerOptions): Promise<Host> {
  const executablePath = await ensureChromium(options.log ?? (() => undefined));
  const server = await startServer(options);
  let browser: Browser;
  try {
    browser = await chromium.launch({ executablePath, args: [...chromiumFlags] });
  } catch (error) {
    await server.dispose();
    throw error;
  }
  return {
    server,
    openWindow: (window) => openPage(browser, windowUrl(server.port, window.workspace, options), window),
    dispose: async () => {
      await browser.close();
      await server.dispose();
    },
  };
}

/** Opens a VS Code at its address and waits until the workbench is drawn. */
export async function openPage(browser: Browser, url: string, window: PageOptions): Promise<HostWindow> {
  const context = await browser.newContext({ viewport: window.viewport ?? defaultViewport });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  const console: string[] = [];
  page.on('console', (message) => console.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => console.push(`uncaught: ${error.message}`));

  let end: (code: number) => void = () => undefined;
  const testsEnded = new Promise<number>((done, fail) => {
    end = done;
    page.once('crash', () => fail(new Error('the page of VS Code crashed')));
  });
  // Pictures have no tests to wait for.
  testsEnded.catch(() => undefined);
  await page.exposeFunction('codeAutomationExit', (code: number) => end(code));
  await page.exposeFunction('codeAutomationLog', (_type: string, args: readonly unknown[]) => {
    const [first] = args;
    if (typeof first === 'string' && first.startsWith(testOutputMark)) {
      window.onTestOutput?.(first.slice(testOutputMark.length));
    }
  });
  await page.goto(url);
  try {
    await page.locator('.monaco-workbench').waitFor();
  } catch (error) {
    throw new Error(`the workbench was not drawn; the browser's console:\n${console.join('\n')}`, { cause: error });
  }
  return { page, console, testsEnded, close: () => context.close() };
}

/** The address at which the server shows a folder or a `.code-workspace`, with the extension under development where there is one. */
export function windowUrl(port: number, workspace: string, options: Pick<ServerOptions, 'extension'>): string {
  const url = new URL(`http://127.0.0.1:${port}/`);
  url.searchParams.set(workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', urlPath(workspace));
  const remote = (file: string): string => `vscode-remote://127.0.0.1:${port}${urlPath(file)}`;
  const development = developed(options.extension);
  const payload: [string, string][] = [['skipWelcome', 'true']];
  if (development) {
    payload.push(['extensionDevelopmentPath', remote(development.folder)]);
    if (development.testsFile !== undefined) payload.push(['extensionTestsPath', remote(development.testsFile)]);
  }
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

function urlPath(file: string): string {
  const slashes = file.replaceAll('\\', '/');
  return slashes.startsWith('/') ? slashes : `/${slashes}`;
}
