/**
 * `npm run bench [-- --write] [-- --quick]`: our language server beside yaml-language-server. Prints the page; `--write` also puts it into
 * docs/benchmarks.md; `--quick` takes few repetitions.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SUMMARY } from '../../server/src/protocol.ts';
import { measureActivation } from './activation.ts';
import type { Contestant } from './editor.ts';
import { measureBook } from './book.ts';
import { measureBundled } from './bundled.ts';
import { measureEngine } from './engine.ts';
import type { FixFigures } from './fixes.ts';
import { manifestOf } from './manifest.ts';
import { measure, type Repetitions } from './measure.ts';
import { benchmarkPage, type SizeResult } from './report.ts';
import type { RulesShare } from './rules.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SIZES = [52, 2_004, 10_004];
const THEIRS = path.join(ROOT, 'node_modules/yaml-language-server');

async function main(): Promise<void> {
  const write = process.argv.includes('--write');
  const times: Repetitions = process.argv.includes('--quick')
    ? { starts: 3, keystrokes: 7, completions: 5 }
    : { starts: 7, keystrokes: 31, completions: 15 };
  execFileSync(process.execPath, ['scripts/build.mjs', '--production', '--only=server.cjs'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // A copy: a build that somebody starts meanwhile does not change what is measured.
  const folder = mkdtempSync(path.join(tmpdir(), 'ai-infra-bench-'));
  try {
    const server = path.join(folder, 'server.cjs');
    cpSync(path.join(ROOT, 'dist/server.cjs'), server);
    const contestants = [ours(server), theirs()];
    const sizes: SizeResult[] = [];
    for (const lines of SIZES) {
      const manifest = manifestOf(lines);
      process.stderr.write(`${lines.toString()} lines …\n`);
      const [first, second] = await measure(contestants, manifest, times);
      if (!first || !second) throw new Error('two servers were to be measured');
      sizes.push({ lines: manifest.lines, workloads: manifest.workloads, ours: first, theirs: second });
    }
    const packed = newestPackage();
    const page = benchmarkPage({
      date: new Date().toISOString().slice(0, 10),
      theirVersion: (JSON.parse(readFileSync(path.join(THEIRS, 'package.json'), 'utf8')) as { version: string })
        .version,
      sizes,
      engine: measureEngine(),
      book: measureBook(),
      fixes: [measureBundled<FixFigures>('fixes.ts', 2), measureBundled<FixFigures>('fixes.ts', 50)],
      rules: measureBundled<RulesShare>('rules.ts', 2_004),
      packageBytes: packed?.bytes,
      activation: packed && (await measureActivation(packed.file, times.starts)),
    });
    process.stdout.write(page);
    if (write) writeFileSync(path.join(ROOT, 'docs/benchmarks.md'), page);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ours(server: string): Contestant {
  return {
    name: 'ai-infra',
    command: [server, '--stdio'],
    languageId: 'ai-infra',
    planned: SUMMARY,
    configuration: () => ({}),
  };
}

function theirs(): Contestant {
  const schema = pathToFileURL(path.join(ROOT, 'schemas/ai-infra.schema.json')).href;
  const yaml = {
    schemas: { [schema]: ['ai-infra.yaml', '*.ai-infra.yaml'] },
    validate: true,
    completion: true,
    hover: true,
    // Nothing is fetched while time is taken.
    schemaStore: { enable: false },
    kubernetesCRDStore: { enable: false },
  };
  return {
    name: 'yaml-language-server',
    command: [path.join(THEIRS, 'bin/yaml-language-server'), '--stdio'],
    languageId: 'yaml',
    configuration: (section) => (section === 'yaml' ? yaml : {}),
  };
}

/** The newest package at the root or in dist, if one was built. */
function newestPackage(): { readonly file: string; readonly bytes: number } | undefined {
  const packages = [ROOT, path.join(ROOT, 'dist')]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
    .filter((file) => file.endsWith('.vsix'))
    .map((file) => ({ file, stats: statSync(file) }))
    .sort((a, b) => b.stats.mtimeMs - a.stats.mtimeMs);
  const [newest] = packages;
  return newest && { file: newest.file, bytes: newest.stats.size };
}

await main();
