import { spawn } from 'node:child_process';
import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type ExtensionSource, startServer } from './vscode-host/server.ts';
import { windowUrl } from './vscode-host/start.ts';
import { projectRoot } from './vscode-host/versions.ts';

// Opens a real VS Code with the built extension and the examples: `tsx scripts/editor.ts [--browser]`.
// The desktop's `code` if it is on the PATH; else (or with --browser) the private host, in the browser.

function onPath(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((file) => existsSync(file));
}

/** Starts a program that lives on without us. One that does not start is told, not fatal: the address stands printed. */
function launch(program: string, args: readonly string[]): void {
  const child = spawn(program, args, { stdio: 'ignore', detached: true, shell: process.platform === 'win32' });
  child.once('error', (error) => console.error(`${program} did not start: ${error.message}`));
  child.unref();
}

async function openInBrowser(): Promise<void> {
  const extension: ExtensionSource = { kind: 'linked', folder: projectRoot };
  // A copy: what is tried out there leaves the repository as it is.
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'ai-infra-editor-')));
  const workspace = join(parent, 'examples');
  await cp(join(projectRoot, 'examples'), workspace, { recursive: true });
  const ended = new Promise<void>((done) => {
    process.once('SIGINT', () => done());
    process.once('SIGTERM', () => done());
  });
  try {
    const server = await startServer({ extension, log: (line) => console.log(line) });
    try {
      const url = windowUrl(server.port, workspace, { extension });
      console.log(`VS Code ${server.host.release.vscode} with AI Infra and a copy of the examples:\n  ${url}`);
      console.log('Ctrl-C ends it.');
      const open = onPath(['xdg-open']) ?? (process.platform === 'darwin' ? 'open' : undefined);
      if (open !== undefined) launch(open, [url]);
      await ended;
    } finally {
      await server.dispose();
    }
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}

if (!existsSync(join(projectRoot, 'dist/extension.cjs'))) {
  console.error('The extension is not built: run `npm run build` first.');
  process.exitCode = 1;
} else {
  const code = process.argv.includes('--browser') ? undefined : onPath(['code', 'code.cmd']);
  if (code === undefined) {
    await openInBrowser();
  } else {
    launch(code, ['--new-window', `--extensionDevelopmentPath=${projectRoot}`, join(projectRoot, 'examples')]);
    console.log('VS Code opens with AI Infra and the examples.');
  }
}
