import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from './versions.ts';

/** The module that VS Code loads in the extension host; it exports `run()`. */
export const testsEntry = join(projectRoot, 'dist/test/e2e/index.cjs');

/** The module that VS Code for the web loads in its extension host. */
export const webTestsEntry = join(projectRoot, 'dist/test/e2e-web/index.js');

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

/**
 * Bundles `test/e2e/web/index.ts`, its tests and mocha into one script for a worker. `environment` is what the tests read as `process.env`,
 * which a worker does not have.
 */
export async function bundleWebTests(environment: Readonly<Record<string, string>>): Promise<void> {
  await build({
    entryPoints: [join(projectRoot, 'test/e2e/web/index.ts')],
    outfile: webTestsEntry,
    bundle: true,
    // The last word is ours: mocha's own script takes `module.exports` where it sees one.
    format: 'iife',
    globalName: 'tests',
    footer: { js: 'module.exports = tests;' },
    platform: 'browser',
    target: 'es2022',
    external: ['vscode'],
    alias: { 'node:assert/strict': join(projectRoot, 'test/e2e/web/assert.ts') },
    define: { 'process.env': JSON.stringify(environment) },
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}
