/**
 * Runs a measurement as the server runs: bundled, in a process of its own. Sources as they are loaded for tests carry the name of every
 * function, and another measurement's heap would be collected during this one.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** `program` stands in this folder and writes its figures as JSON. */
export function measureBundled<Figures>(program: string, size: number): Figures {
  const folder = mkdtempSync(path.join(tmpdir(), 'ai-infra-measure-'));
  try {
    const outfile = path.join(folder, 'measure.cjs');
    buildSync({
      entryPoints: [fileURLToPath(new URL(program, import.meta.url))],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      mainFields: ['module', 'main'],
      logLevel: 'error',
    });
    return JSON.parse(execFileSync(process.execPath, [outfile, size.toString()], { encoding: 'utf8' })) as Figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
