import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { installHost } from './install.ts';
import type { HostInstall, HostVersion } from './versions.ts';

/**
 * How the extension gets into the host: `development` as F5 does it (the only way to run tests inside the extension host, but VS Code
 * then shows no notifications); `linked` and `vsix` as a user has it. Tests beside an installed `.vsix` need an extension under
 * development to carry them: `harness`, which does nothing.
 */
export type ExtensionSource =
  | { readonly kind: 'development'; readonly folder: string; readonly testsFile?: string }
  | { readonly kind: 'linked'; readonly folder: string }
  | {
      readonly kind: 'vsix';
      readonly file: string;
      readonly tests?: { readonly harness: string; readonly file: string };
    };

export interface ServerOptions {
  readonly version?: HostVersion;
  readonly extension: ExtensionSource;
  /** User settings, over the quiet ones that every start has. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether folders start untrusted (Restricted Mode). Default: no. */
  readonly restrictedMode?: boolean;
  /** Variables for the server, which the extension host inherits. */
  readonly env?: Readonly<Record<string, string>>;
  /** Loopback port; by default a free one. */
  readonly port?: number;
  readonly log?: (line: string) => void;
}

export interface RunningServer {
  readonly host: HostInstall;
  readonly port: number;
  /** What the server printed so far. */
  readonly output: () => string;
  /** Writes the user settings; pages opened later start with them. */
  readonly writeSettings: (settings: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Ends the server with all its processes and removes its data folders. */
  readonly dispose: () => Promise<void>;
}

/** No welcome pages, no chat, no network, no motion: what stays on the screen is the editor and the extension. */
export const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.reduceMotion': 'on',
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'extensions.autoCheckUpdates': false,
  'git.openRepositoryInParentFolders': 'never',
  'editor.cursorBlinking': 'solid',
  'editor.cursorSmoothCaretAnimation': 'off',
};

const startTimeoutMs = 60_000;

/** Installs the host if needed, starts its server on a loopback port with fresh data folders, and waits until it takes connections. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const host = await installHost(options.version ?? 'current', options.log ?? (() => undefined));
  const data = await mkdtemp(join(tmpdir(), 'ai-infra-vscode-'));
  const extensions = join(data, 'extensions');
  const userFolder = join(data, 'data', 'User');
  await mkdir(extensions);
  await mkdir(userFolder, { recursive: true });
  const writeSettings = (settings: Readonly<Record<string, unknown>>): Promise<void> =>
    writeFile(join(userFolder, 'settings.json'), JSON.stringify({ ...quietSettings, ...settings }, null, 2));
  await writeSettings(options.settings ?? {});

  const folders = ['--server-data-dir', data, '--extensions-dir', extensions];
  await provideExtension(host, options.extension, extensions, folders);

  const args = [
    host.serverMain,
    ...['--host', '127.0.0.1', '--port', String(options.port ?? 0)],
    '--without-connection-token',
    '--accept-server-license-terms',
    '--disable-telemetry',
    ...folders,
    // Only with the test driver does the page take a development path.
    ...(developed(options.extension) ? ['--enable-smoke-test-driver'] : []),
    ...(options.restrictedMode ? [] : ['--disable-workspace-trust']),
  ];
  // A process group of its own, so that the extension hosts end with the server.
  const child = spawn(host.node, args, {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  let output = '';
  const exited = new Promise<void>((done) => child.once('close', () => done()));
  // When our process ends without a dispose (Ctrl-C), no server of a group of its own may stay behind.
  const atExit = (): void => {
    stop(child, 'SIGKILL');
    rmSync(data, { recursive: true, force: true });
  };
  process.once('exit', atExit);
  const dispose = async (): Promise<void> => {
    process.off('exit', atExit);
    stop(child, 'SIGTERM');
    const late = setTimeout(() => stop(child, 'SIGKILL'), 5_000);
    await exited;
    clearTimeout(late);
    stop(child, 'SIGKILL');
    await rm(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };

  try {
    const port = await new Promise<number>((ready, fail) => {
      const timer = setTimeout(() => fail(new Error(`the VS Code server did not start:\n${output}`)), startTimeoutMs);
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        act();
      };
      const listen = (chunk: Buffer): void => {
        output += chunk.toString('utf8');
        const listening = /Extension host agent listening on (\d+)/.exec(output)?.[1];
        if (listening !== undefined && output.includes('Extension host agent started')) {
          settle(() => ready(Number(listening)));
        }
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      child.once('error', (error) => settle(() => fail(error)));
      child.once('close', () => settle(() => fail(new Error(`the VS Code server ended at its start:\n${output}`))));
    });
    return { host, port, output: () => output, writeSettings, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Signals the server's whole process group; a group that is gone already is what we want. */
function stop(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // No such process group: it has ended.
  }
}

/** What the page is told to load from its folder, and the tests to run there. */
export function developed(
  extension: ExtensionSource,
): { readonly folder: string; readonly testsFile: string | undefined } | undefined {
  if (extension.kind === 'development') return { folder: extension.folder, testsFile: extension.testsFile };
  if (extension.kind === 'vsix' && extension.tests)
    return { folder: extension.tests.harness, testsFile: extension.tests.file };
  return undefined;
}

async function provideExtension(
  host: HostInstall,
  source: ExtensionSource,
  extensions: string,
  folders: readonly string[],
): Promise<void> {
  if (source.kind === 'development') return;
  if (source.kind === 'linked') {
    const { publisher, name, version } = await readExtensionManifest(source.folder);
    await symlink(source.folder, join(extensions, `${publisher}.${name}-${version}`), 'junction');
    return;
  }
  const args = [host.serverMain, '--install-extension', source.file, ...folders, '--accept-server-license-terms'];
  const result = await runCommand(host.node, args);
  if (result.exitCode !== 0) throw new Error(`VS Code did not install ${source.file}:\n${result.output}`);
}

/** The fields of an extension's package.json that make its id; throws if one is missing. */
export async function readExtensionManifest(
  folder: string,
): Promise<{ readonly publisher: string; readonly name: string; readonly version: string; readonly id: string }> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const field = (key: string): string => {
    const value: unknown = typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, key) : undefined;
    if (typeof value !== 'string') throw new Error(`package.json in ${folder} has no ${key}`);
    return value;
  };
  const [publisher, name, version] = [field('publisher'), field('name'), field('version')];
  return { publisher, name, version, id: `${publisher}.${name}` };
}
