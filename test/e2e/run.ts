import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bridge, openBridge } from '../../scripts/vscode-host/bridge.ts';
import { bundleTests, testsEntry } from '../../scripts/vscode-host/bundle-tests.ts';
import { createPageActions } from '../../scripts/vscode-host/page-actions.ts';
import { readExtensionManifest } from '../../scripts/vscode-host/server.ts';
import { type Host, type HostWindow, startHost } from '../../scripts/vscode-host/start.ts';
import { type HostVersion, hostReleases, projectRoot } from '../../scripts/vscode-host/versions.ts';

// Runs test/e2e inside the extension host of a real VS Code:
// `tsx test/e2e/run.ts [--version current|oldest] [--vsix FILE] [--restricted | --multi-root] [--grep TEXT]`.
// --vsix installs the package and tests that; --restricted opens the folder untrusted and runs `*.restricted.test.ts`, --multi-root opens a
// workspace of two folders and runs `*.multi-root.test.ts`; other runs leave those out.
// AI_INFRA_E2E=electron takes the desktop VS Code (@vscode/test-electron downloads it) instead of the server and a browser.

const wholeRunTimeoutMs = 5 * 60_000;
const output = join(projectRoot, 'dist/test/e2e');
/** Carries the tests where the extension itself is installed. */
const harness = join(projectRoot, 'test/e2e/harness');

/** What one run has for itself, so that two may run at once. */
interface Place {
  readonly workspace: string;
  readonly resultFile: string;
}

interface Arguments {
  readonly version: HostVersion;
  readonly grep: string | undefined;
  /** The extension's folder: the project, unless another one is named to try the host itself. */
  readonly extension: string;
  /** The packaged extension to install instead. */
  readonly vsix: string | undefined;
  readonly restricted: boolean;
  readonly multiRoot: boolean;
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      version: { type: 'string' },
      grep: { type: 'string' },
      extension: { type: 'string' },
      vsix: { type: 'string' },
      restricted: { type: 'boolean', default: false },
      'multi-root': { type: 'boolean', default: false },
    },
  });
  const version = values.version ?? 'current';
  if (version !== 'current' && version !== 'oldest') throw new Error('--version wants current or oldest');
  const vsix = values.vsix === undefined ? undefined : resolve(values.vsix);
  if (vsix !== undefined && !existsSync(vsix)) throw new Error(`there is no ${vsix}: npm run package makes it`);
  const { grep, restricted } = values;
  const multiRoot = values['multi-root'];
  if (restricted && multiRoot) throw new Error('--restricted and --multi-root are runs of their own');
  return { version, grep, extension: values.extension ?? projectRoot, vsix, restricted, multiRoot };
}

/** Copies what the tests may edit: the examples, and over them the tests' own files. */
async function fillWorkspace(folder: string): Promise<void> {
  await mkdir(folder);
  for (const source of ['examples', 'test/e2e/workspace']) {
    const template = join(projectRoot, source);
    if (existsSync(template)) await cp(template, folder, { recursive: true });
  }
}

/** Two empty folders and the file that makes a workspace of them. */
async function fillMultiRoot(file: string): Promise<void> {
  const folders = ['alpha', 'beta'];
  for (const name of folders) await mkdir(join(dirname(file), name));
  await writeFile(file, JSON.stringify({ folders: folders.map((path) => ({ path })) }));
}

function testEnvironment(
  { resultFile }: Place,
  { grep, restricted, multiRoot, vsix }: Arguments,
  bridge?: Bridge,
): Record<string, string> {
  return {
    AI_INFRA_E2E_RESULT: resultFile,
    AI_INFRA_E2E_COLOR: process.stdout.isTTY ? '1' : '0',
    ...(bridge === undefined ? {} : { AI_INFRA_E2E_BRIDGE: bridge.url }),
    ...(grep === undefined ? {} : { AI_INFRA_E2E_GREP: grep }),
    AI_INFRA_E2E_KIND: restricted ? 'restricted' : multiRoot ? 'multi-root' : '',
    ...(vsix === undefined ? {} : { AI_INFRA_E2E_PACKAGED: '1' }),
  };
}

async function runInBrowser(options: Arguments, place: Place): Promise<number> {
  const { version, extension, vsix, restricted, multiRoot } = options;
  const { id } = await readExtensionManifest(extension);
  let host: Host | undefined;
  let window: HostWindow | undefined;
  const pictures = join(output, 'pictures');
  const bridge = await openBridge(() => window && createPageActions(window.page, id, pictures));
  try {
    host = await startHost({
      version,
      extension:
        vsix === undefined
          ? { kind: 'development', folder: extension, testsFile: testsEntry }
          : { kind: 'vsix', file: vsix, tests: { harness, file: testsEntry } },
      restrictedMode: restricted,
      settings: {
        // No dialog asks for trust: the folder stays untrusted.
        ...(restricted ? { 'security.workspace.trust.startupPrompt': 'never' } : {}),
        // A test switches it on.
        ...(multiRoot ? { 'git.enabled': false } : {}),
      },
      env: testEnvironment(place, options, bridge),
      log: (line) => console.log(line),
    });
    console.log(
      `VS Code ${hostReleases[version].vscode} in ${extension === projectRoot ? 'the browser' : extension}${vsix === undefined ? '' : `, ${vsix}`}${restricted ? ', Restricted Mode' : ''}${multiRoot ? ', two folders' : ''}`,
    );
    window = await host.openWindow({ workspace: place.workspace, onTestOutput: (text) => console.log(text) });
    return await Promise.race([window.testsEnded, timeout()]);
  } catch (error) {
    await reportTrouble(error, window, host);
    return 1;
  } finally {
    bridge.close();
    await host?.dispose();
  }
}

function timeout(): Promise<never> {
  return new Promise((_, fail) => {
    const seconds = wholeRunTimeoutMs / 1000;
    setTimeout(() => fail(new Error(`the tests did not end within ${seconds} s`)), wholeRunTimeoutMs).unref();
  });
}

/** Leaves what is needed to see why: a picture of the window and the logs' ends. */
async function reportTrouble(error: unknown, window: HostWindow | undefined, host: Host | undefined): Promise<void> {
  console.error(`End-to-end tests: ${error instanceof Error ? error.message : String(error)}`);
  if (window !== undefined) {
    const picture = join(output, 'trouble.png');
    const taken = await window.page.screenshot({ path: picture, timeout: 10_000 }).catch(() => undefined);
    if (taken) console.error(`The window then: ${picture}`);
    console.error(`The browser's console, last lines:\n${window.console.slice(-30).join('\n')}`);
  }
  if (host !== undefined) console.error(`The server's last lines:\n${host.server.output().slice(-3000)}`);
}

async function runInElectron(options: Arguments, place: Place): Promise<number> {
  const { version, extension, restricted, vsix } = options;
  if (restricted || vsix !== undefined) throw new Error('--restricted and --vsix run in the browser only');
  const { runTests } = await import('@vscode/test-electron');
  return runTests({
    version: version === 'current' ? 'stable' : hostReleases.oldest.vscode,
    extensionDevelopmentPath: extension,
    extensionTestsPath: testsEntry,
    extensionTestsEnv: testEnvironment(place, options),
    launchArgs: [place.workspace, '--disable-workspace-trust', '--disable-extensions', '--skip-welcome'],
  });
}

async function main(): Promise<number> {
  const options = readArguments();
  await bundleTests();
  await rm(join(output, 'pictures'), { recursive: true, force: true });
  // The real path, since VS Code resolves links and the tests compare paths.
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'ai-infra-e2e-')));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const workspace = join(folder, options.multiRoot ? 'both.code-workspace' : 'workspace');
  const place: Place = { workspace, resultFile: join(folder, 'result.json') };
  await (options.multiRoot ? fillMultiRoot(workspace) : fillWorkspace(workspace));

  const inElectron = process.env['AI_INFRA_E2E'] === 'electron';
  const exitCode = await (inElectron ? runInElectron(options, place) : runInBrowser(options, place));
  // A run that ended before mocha did counts as one failure, so that whoever adds up the counts sees it.
  const result = existsSync(place.resultFile)
    ? await readFile(place.resultFile, 'utf8')
    : JSON.stringify({ passed: 0, failed: 1, pending: 0 });
  await writeFile(join(output, 'result.json'), result);
  const { passed, failed } = JSON.parse(result) as { passed: number; failed: number };
  console.log(`End-to-end: ${passed} passing, ${failed} failing`);
  return exitCode === 0 && failed === 0 ? 0 : 1;
}

// Exit listeners end the server and its processes.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main();
