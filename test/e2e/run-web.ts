import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { openBridge } from '../../scripts/vscode-host/bridge.ts';
import { bundleWebTests, webTestsEntry } from '../../scripts/vscode-host/bundle-tests.ts';
import { chromiumFlags, ensureChromium } from '../../scripts/vscode-host/chromium.ts';
import { createPageActions } from '../../scripts/vscode-host/page-actions.ts';
import { type HostWindow, openPage } from '../../scripts/vscode-host/start.ts';
import { hostReleases, projectRoot } from '../../scripts/vscode-host/versions.ts';
import { startWebServer } from '../../scripts/vscode-host/web-server.ts';

// Runs test/e2e/web inside the extension host of VS Code for the web, a worker in Chromium: `tsx test/e2e/run-web.ts [--grep TEXT]`.

const wholeRunTimeoutMs = 3 * 60_000;
const output = join(projectRoot, 'dist/test/e2e');
const log = (line: string): void => console.log(line);

async function main(): Promise<number> {
  const { grep } = parseArgs({ options: { grep: { type: 'string' } } }).values;
  const executablePath = await ensureChromium(log);
  let window: HostWindow | undefined;
  const bridge = await openBridge(
    () => window && createPageActions(window.page, 'ai-infra.ai-infra', join(output, 'pictures')),
  );
  await bundleWebTests({
    AI_INFRA_E2E_BRIDGE: bridge.url,
    AI_INFRA_E2E_COLOR: process.stdout.isTTY ? '1' : '0',
    ...(grep === undefined ? {} : { AI_INFRA_E2E_GREP: grep }),
  });
  const server = await startWebServer({ extension: projectRoot, testsFile: webTestsEntry, log });
  const browser = await chromium.launch({ executablePath, args: [...chromiumFlags] });
  try {
    log(`VS Code ${hostReleases.current.vscode} for the web`);
    window = await openPage(browser, server.url, { onTestOutput: log });
    const exitCode = await Promise.race([window.testsEnded, timeout()]);
    if (exitCode !== 0) await reportTrouble('it ended with a failure', window);
    return exitCode;
  } catch (error) {
    await reportTrouble(error instanceof Error ? error.message : String(error), window);
    return 1;
  } finally {
    await browser.close();
    server.close();
    bridge.close();
  }
}

/** Leaves what is needed to see why: a picture of the window and what its console said. */
async function reportTrouble(why: string, window: HostWindow | undefined): Promise<void> {
  console.error(`VS Code for the web: ${why}`);
  if (window === undefined) return;
  const picture = join(output, 'trouble-web.png');
  const taken = await window.page.screenshot({ path: picture, timeout: 10_000 }).catch(() => undefined);
  if (taken) console.error(`The window then: ${picture}`);
  console.error(`The browser's console, last lines:\n${window.console.slice(-30).join('\n')}`);
}

function timeout(): Promise<never> {
  return new Promise((_, fail) => {
    const seconds = wholeRunTimeoutMs / 1000;
    setTimeout(() => fail(new Error(`the tests did not end within ${seconds} s`)), wholeRunTimeoutMs).unref();
  });
}

process.exitCode = await main();
