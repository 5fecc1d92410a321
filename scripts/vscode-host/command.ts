import { spawn } from 'node:child_process';

/** How a command ended. `output` holds both streams, in the order in which they came. */
export interface CommandResult {
  readonly exitCode: number;
  readonly output: string;
}

/** Runs a program without a shell and collects what it prints. A program that cannot be started gives exit code 127. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<CommandResult> {
  return new Promise((done) => {
    // npm is a .cmd file on Windows, which only a shell starts; the arguments here hold no spaces or quotes.
    const shell = process.platform === 'win32' && program === 'npm';
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], shell });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => done({ exitCode: 127, output: `${output}${error.message}\n` }));
    child.on('close', (code) => done({ exitCode: code ?? 1, output }));
  });
}

/** The last `count` lines that are not empty. */
export function lastLines(text: string, count: number): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .join('\n');
}
