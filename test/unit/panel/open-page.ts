import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumFlags, ensureChromium } from '../../../scripts/vscode-host/chromium.ts';
import type { FromPage, PanelState, ToPage } from '../../../client/src/panel/webview/messages.ts';

/** The panel's page in a browser of its own, with this test in the place of the extension. */
export interface PanelPage {
  readonly page: Page;
  send(message: ToPage): Promise<void>;
  show(state: PanelState): Promise<void>;
  /** What the page has posted since it was asked last. */
  takeMessages(): Promise<readonly FromPage[]>;
  /** Loads the page again, as VS Code does with a panel that was hidden; what it stored is still there. */
  reload(): Promise<void>;
}

/** The same policy as in the product; only the style comes inline here. */
const policy = "default-src 'none'; script-src 'nonce-test'; style-src 'nonce-test'";

const api = `
  window.sent = [];
  window.violations = [];
  document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.violatedDirective));
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => window.sent.push(message),
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
    setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
  });`;

/** Colours that matter to no test here but keep the page readable in a picture. */
const theme = ':root { --vscode-font-size: 13px; --vscode-font-family: sans-serif; }';

let page: Promise<string> | undefined;

async function pageText(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['client/src/panel/webview/main.ts'],
    bundle: true,
    write: false,
    outdir: 'out',
    format: 'iife',
    target: 'es2022',
  });
  const output = (end: string): string => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Plan</title>
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <style nonce="test">${theme}${output('.css')}</style></head>
    <body><main id="root"></main><script nonce="test">${api}</script><script nonce="test">${output('.js')}</script></body></html>`;
}

export async function launchBrowser(): Promise<Browser> {
  const executablePath = await ensureChromium((line) => console.log(line));
  return chromium.launch({ executablePath, args: [...chromiumFlags] });
}

/** Opens the page `widthPixels` wide. */
export async function openPanelPage(browser: Browser, widthPixels = 320): Promise<PanelPage> {
  page ??= pageText();
  const body = await page;
  const opened = await browser.newPage({ viewport: { width: widthPixels, height: 900 } });
  // An address of its own, never asked for: session storage needs an origin.
  const address = 'http://panel.test/';
  await opened.route(address, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }));
  await opened.goto(address);
  const evaluate = <Result>(expression: string): Promise<Result> => opened.evaluate<Result>(expression);
  const send = (message: ToPage): Promise<void> =>
    evaluate(
      `new Promise((done) => {
        addEventListener('message', () => done(undefined), { once: true });
        postMessage(${JSON.stringify(message)}, '*');
      })`,
    );
  return {
    page: opened,
    send,
    show: (state) => send({ type: 'state', state }),
    takeMessages: () => evaluate('window.sent.splice(0)'),
    reload: async () => {
      await opened.reload();
    },
  };
}

/** Problems of accessibility that axe sees, colours left out: those are the theme's, and looked at in VS Code itself. */
export async function axeProblems({ page: opened }: PanelPage): Promise<readonly string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await opened.evaluate(source);
  return opened.evaluate(`axe
    .run(document, { rules: { 'color-contrast': { enabled: false } } })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ': ' + node.html)))`);
}
