/** `rules LINES`: what the rules cost on top of parsing and planning a manifest that was never seen, advice apart (`RulesShare` as JSON). */
import { embeddedCatalog } from '../../server/src/catalog/embedded.ts';
import { parseManifest } from '../../server/src/manifest/parse.ts';
import { readManifest } from '../../server/src/manifest/read.ts';
import { planWorkload } from '../../server/src/planner/plan.ts';
import { runRules } from '../../server/src/rules/run.ts';
import { manifestOf } from './manifest.ts';
import { processorMs } from './measure.ts';

export interface RulesShare {
  /** Time of the rules over that of parsing and planning, 0–1. */
  readonly share: number;
  readonly rulesMs: number;
  readonly planMs: number;
}

const WARM_UP = 5;
const ROUNDS = 60;
const TODAY = '2026-01-01';

const catalog = embeddedCatalog();
const { text } = manifestOf(Number(process.argv[2]));
const planMs: number[] = [];
const rulesMs: number[] = [];
for (let round = -WARM_UP; round < ROUNDS; round++) {
  // Rules keep what they found beside the manifest that they found it in: a new one each time.
  const begun = processorMs();
  const source = parseManifest(text);
  const manifest = readManifest(source);
  const plans = new Map(
    manifest.workloads.flatMap(({ name, value }) =>
      value ? [[name, planWorkload(value, manifest.head, catalog, TODAY)] as const] : [],
    ),
  );
  const planned = processorMs();
  runRules({ source, manifest, head: manifest.head, catalog, books: [], today: TODAY, plans }, undefined, undefined, 0);
  const done = processorMs();
  if (round < 0) continue;
  planMs.push(planned - begun);
  rulesMs.push(done - planned);
}
const [plan, rules] = [fastest(planMs), fastest(rulesMs)];
process.stdout.write(JSON.stringify({ share: rules / plan, rulesMs: rules, planMs: plan } satisfies RulesShare));

/** Mean of the fastest quarter: what else runs on the machine, and collections of the garbage of either, only ever add. */
function fastest(times: readonly number[]): number {
  const quarter = [...times].sort((a, b) => a - b).slice(0, Math.ceil(times.length / 4));
  return quarter.reduce((sum, time) => sum + time, 0) / quarter.length;
}
