/**
 * What the rules cost on top of parsing and planning. Bundled as the server is, and run by itself: the sources as they are loaded for tests
 * carry the name of every function, and another measurement's heap is collected during this one.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

export interface RulesShare {
  /** Time of the rules over that of parsing and planning, 0–1. */
  readonly share: number;
  readonly rulesMs: number;
  readonly planMs: number;
}

/** For the diagnostics of a manifest that was never seen, advice apart. */
export function measureRules(lines: number): RulesShare {
  const folder = mkdtempSync(path.join(tmpdir(), 'ai-infra-rules-'));
  try {
    const outfile = path.join(folder, 'rules.cjs');
    buildSync({
      entryPoints: [fileURLToPath(new URL('rules-rounds.ts', import.meta.url))],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      mainFields: ['module', 'main'],
      logLevel: 'error',
    });
    return JSON.parse(execFileSync(process.execPath, [outfile, lines.toString()], { encoding: 'utf8' })) as RulesShare;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
