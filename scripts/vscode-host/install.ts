import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { lastLines, runCommand } from './command.ts';
import { type HostInstall, type HostVersion, hostPaths, nodePackage, ripgrepPackage } from './versions.ts';

/** Raised when the steps below change, so that a folder made by older ones is made again. */
const recipe = 1;

/**
 * Puts a complete VS Code (workbench, server, extension host) into the git-ignored `.vscode-host/`, from the npm registry alone.
 * Does nothing when it is there already. Takes about half a minute and 700 MB.
 * Throws with the end of npm's output when a step fails twice.
 */
export async function installHost(version: HostVersion, log: (line: string) => void): Promise<HostInstall> {
  const host = hostPaths(version);
  const stamp = join(host.folder, 'installed.json');
  const wanted = JSON.stringify({ recipe, ...host.release, platform: nodePackage() });
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return host;

  const { codeServer, nodeMajor, nativeModules, ripgrep, vscode } = host.release;
  const started = performance.now();
  log(`Installing VS Code ${vscode} into .vscode-host (once, about half a minute)`);
  await rm(host.folder, { recursive: true, force: true });
  await mkdir(host.folder, { recursive: true });
  // A package.json of its own keeps npm from installing into the project.
  await writeFile(join(host.folder, 'package.json'), '{ "private": true, "name": "vscode-host" }\n');

  const packages = [`${nodePackage()}@${nodeMajor}`, `code-server@${codeServer}`];
  if (ripgrep !== undefined) packages.push(`${ripgrepPackage()}@${ripgrep}`);
  log(`  npm: ${packages.join(', ')}`);
  await npm(host, host.folder, ['install', ...packages, '--ignore-scripts', '--no-package-lock']);

  const vscodeFolder = dirname(dirname(host.serverMain));
  log("  npm: the server's own modules");
  await npm(host, vscodeFolder, ['install', '--omit=dev', '--ignore-scripts']);

  if (ripgrep !== undefined) {
    const programs = join(host.folder, 'node_modules', ripgrepPackage(), 'bin');
    await cp(programs, join(vscodeFolder, 'node_modules/@vscode/ripgrep/bin'), { recursive: true });
  }

  log(`  compiling ${nativeModules.join(', ')}`);
  try {
    await npm(host, vscodeFolder, ['rebuild', ...nativeModules]);
  } catch (error) {
    // They write log files and end orphaned processes; the server says so in its log and runs without them.
    log(`  not compiled (is there a C++ compiler, make and python3?); going on without: ${firstLine(error)}`);
  }
  await writeFile(stamp, wanted);
  log(`  done in ${Math.round((performance.now() - started) / 1000)} s`);
  return host;
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
}

/** Runs npm with the private Node.js first on the PATH; once more after a failure, since a registry may be busy for a moment. */
async function npm(host: HostInstall, cwd: string, args: readonly string[]): Promise<void> {
  const full = [...args, '--no-audit', '--no-fund', '--loglevel=error'];
  const options = { cwd, env: npmEnvironment(host) };
  let result = await runCommand('npm', full, options);
  if (result.exitCode !== 0) result = await runCommand('npm', full, options);
  if (result.exitCode !== 0) {
    throw new Error(`npm ${args.join(' ')} failed (exit code ${result.exitCode}):\n${lastLines(result.output, 15)}`);
  }
}

function npmEnvironment(host: HostInstall): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    // Under `npm run` these describe the project, not the host's folder.
    if (!/^npm_(package|lifecycle|command|config_(local_)?prefix)/i.test(name)) env[name] = value;
  }
  const headers = dirname(dirname(host.node));
  const path = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  env[path] = [dirname(host.node), env[path]].join(delimiter);
  // node-gyp takes the headers from the private Node.js, in the spelling of older and of newer versions, and downloads none.
  env['npm_config_nodedir'] = headers;
  env['npm_package_config_node_gyp_nodedir'] = headers;
  return env;
}
