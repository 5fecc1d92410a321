import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from './versions.ts';

/** The module that VS Code loads in the extension host; it exports `run()`. */
export const testsEntry = join(projectRoot, 'dist/test/e2e/index.cjs');

/**
 * Bundles `test/e2e/index.ts` and each `test/e2e/*.test.ts` into `dist/test/e2e/*.cjs`, the format that the extension host loads.
 * mocha stays outside: it is an ES module, imported at run time from the project's node_modules.
 */
export async function bundleTests(): Promise<void> {
  const source = join(projectRoot, 'test/e2e');
  const out = join(projectRoot, 'dist/test/e2e');
  const tests = (await readdir(source)).filter((file) => file.endsWith('.test.ts'));
  // Only what has no source any more: another run may be under way and load the others.
  const left = existsSync(out) ? await readdir(out) : [];
  for (const file of left.filter((name) => name.endsWith('.test.cjs'))) {
    if (!tests.includes(file.replace(/cjs$/, 'ts'))) await rm(join(out, file));
  }
  await build({
    entryPoints: ['index.ts', ...tests].map((file) => join(source, file)),
    outdir: out,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}
