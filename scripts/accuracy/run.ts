/**
 * `npm run accuracy`: estimates every comparable measurement and writes `docs/accuracy.md` and `scripts/accuracy/expected.json`.
 * `-- --fit` fits the parameters first. `-- --check` writes nothing: it fails when a fitted figure is worse than the committed one by
 * more than half a point, or when page, figures and parameters do not belong together. `-- --worst KIND` lists the rows that lie farthest off.
 * The measurements lie in `../shared/data/truth`, or where `AI_INFRA_MEASUREMENTS` says; without them only what is committed is checked.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import type { Case, FitGroup } from './case.ts';
import { readCases, type Cases } from './cases.ts';
import { throughProduct } from './estimate.ts';
import { groupsOf, regressions, type Estimates, type Group } from './figures.ts';
import { fitGroup, leaveOneOut, prepareAll } from './fit.ts';
import { DATA, PARAMETERS } from './parameters.ts';
import { accuracyPage, type Committed } from './report.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = join(root, 'docs/accuracy.md');
const FIGURES = join(root, 'scripts/accuracy/expected.json');
const DATA_FILES = {
  fitted: join(root, 'server/src/planner/data/fitted.json'),
  serving: join(root, 'server/src/planner/data/serving-fitted.json'),
};
const GROUPS = Object.keys(PARAMETERS) as FitGroup[];

const measurements = process.env['AI_INFRA_MEASUREMENTS'] ?? join(root, '../shared/data/truth');
const found = readCases(measurements);
const worstAt = process.argv.indexOf('--worst');

if (process.argv.includes('--check')) await check(found);
else if (found === undefined) stop(`No measurements in ${measurements}.`);
else if (worstAt >= 0) printWorst(found, process.argv[worstAt + 1] ?? '');
else {
  if (process.argv.includes('--fit')) await fitAll(found);
  await report(found);
}

function stop(message: string): void {
  console.error(message);
  process.exitCode = 1;
}

/** Moves the parameters to their best values and writes them, with what they were fitted on. */
async function fitAll({ cases, digest }: Cases): Promise<void> {
  for (const group of GROUPS) {
    const rows = cases.filter((one) => one.isFitted && one.group === group);
    if (PARAMETERS[group].length === 0 || rows.length === 0) continue;
    fitGroup(group, prepareAll(rows));
    const note = {
      rows: rows.length,
      sources: [...new Set(rows.map(({ source }) => source))].sort(),
      on: new Date().toISOString().slice(0, 10),
      loss: 'soft-L1 (δ = 0.1) of ln(estimate ÷ measured); rows weighted by the root of what is left out together; log-normal priors',
      measurements: digest,
    };
    const [file = '', name = ''] = (PARAMETERS[group][0]?.path ?? '').split('.');
    const holder = (file === 'fitted' ? DATA.fitted : DATA.serving) as Record<string, unknown>;
    const section = holder[name] as Record<string, unknown>;
    section['fit'] = note;
    console.log(`${group}: fitted on ${String(rows.length)} rows`);
  }
  for (const [name, path] of Object.entries(DATA_FILES)) {
    writeFileSync(
      path,
      await format(JSON.stringify(DATA[name as keyof typeof DATA]), { parser: 'json', printWidth: 120 }),
    );
  }
}

async function report(all: Cases): Promise<void> {
  const fitted = fittedEstimates(all.cases);
  const leftOut = new Map(
    GROUPS.flatMap((group) => [...leaveOneOut(group, prepareAll(all.cases.filter((one) => one.group === group)))]),
  );
  const committed: Committed = {
    measurements: all.digest,
    parameters: parametersDigest(),
    cases: all.cases.length,
    excluded: excludedByReason(all),
    groups: groupsOf(all.cases, fitted, leftOut),
  };
  writeFileSync(FIGURES, await format(JSON.stringify(committed), { parser: 'json', printWidth: 120 }));
  writeFileSync(PAGE, await page(committed));
  for (const group of committed.groups.filter(({ name }) => name === 'all')) print(group);
}

async function check(all: Cases | undefined): Promise<void> {
  const committed = JSON.parse(readFileSync(FIGURES, 'utf8')) as Committed;
  const problems: string[] = [];
  if (readFileSync(PAGE, 'utf8') !== (await page(committed)))
    problems.push('docs/accuracy.md is not what its figures give');
  if (parametersDigest() !== committed.parameters) problems.push('the figures were made with other parameters');
  if (all === undefined) console.log(`No measurements in ${measurements}: only what is committed was checked.`);
  else if (all.digest !== committed.measurements) problems.push('the figures were made from other measurements');
  else {
    const fitted = fittedEstimates(all.cases);
    problems.push(...regressions(committed.groups, groupsOf(all.cases, fitted, fitted)));
  }
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) stop('Run `npm run accuracy`, look at what changed, and commit the result.');
  else console.log(`${String(committed.cases)} comparisons: no figure is worse than committed.`);
}

function fittedEstimates(cases: readonly Case[]): Estimates {
  return new Map(cases.map((one) => [one, throughProduct(one)]));
}

/** Of what the estimators read: both data files, as they stand on disk. */
function parametersDigest(): string {
  const hash = createHash('sha256');
  for (const path of Object.values(DATA_FILES)) hash.update(JSON.stringify(JSON.parse(readFileSync(path, 'utf8'))));
  return hash.digest('hex').slice(0, 16);
}

async function page(committed: Committed): Promise<string> {
  return format(accuracyPage(committed), { parser: 'markdown', printWidth: 120 });
}

function excludedByReason({ excluded }: Cases): Committed['excluded'] {
  const rows = new Map<string, number>();
  for (const { why } of excluded) rows.set(why, (rows.get(why) ?? 0) + 1);
  return [...rows]
    .map(([why, count]) => ({ why, rows: count }))
    .sort((a, b) => b.rows - a.rows || (a.why < b.why ? -1 : 1));
}

function print({ kind, fitted, leftOut }: Group): void {
  const cell = (value: number): string => (value * 100).toFixed(1).padStart(6);
  console.log(
    `${kind.padEnd(56)} ${String(fitted.rows).padStart(4)}  fitted ${cell(fitted.error)} ${cell(fitted.bias)}  left out ${cell(leftOut.error)} ${cell(leftOut.bias)}  in range ${cell(leftOut.within)} ${cell(leftOut.withinBySource)}  width ${cell(leftOut.halfWidth)}`,
  );
}

/** The rows of a kind that lie farthest off, with the parameters that ship. */
function printWorst({ cases }: Cases, kind: string): void {
  const rows = cases
    .filter((one) => one.kind.includes(kind))
    .flatMap((one) => {
      const range = throughProduct(one);
      return range ? [{ one, ratio: range.mid / one.measured }] : [];
    })
    .sort((a, b) => Math.abs(Math.log(b.ratio)) - Math.abs(Math.log(a.ratio)));
  for (const { one, ratio } of rows.slice(0, 40)) {
    console.log(one.id, ratio.toFixed(2), one.measured.toPrecision(4), one.source, JSON.stringify(one.workload));
  }
}
