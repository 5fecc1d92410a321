/** AI110: an `expect` line does not hold. Reported by the engine, which alone knows what is left of the findings after suppression. */
import { parseExpectation } from '../manifest/expectation.ts';
import type { Path } from '../manifest/source.ts';
import { totalsOf } from '../planner/totals.ts';
import { FROM_THE_PLAN } from './basis.ts';
import { judge, type Evidence, type Judgement } from './expectation-judge.ts';
import type { Planned } from './expectation-values.ts';
import type { Finding, Report, Rule, RuleContext } from './rule.ts';

export const expectationFailed = {
  code: 'AI110',
  name: 'expectation-failed',
  severity: 'error',
  docs: {
    summary: 'An `expect` line does not hold.',
    what: 'A line under `expect`, of a workload or of the whole manifest, says what its author expects of the result: a bound on cost, time, memory or carbon, a place, that it fits, that a rule reports nothing. This one does not hold by the middle estimate (`worst(…)` asks for the bad end of the range). Where a line cannot be decided because a value is unknown, this is a hint that says what is missing.',
    why: 'A plan changes with every edit, and prices change without one. An expectation is a test of the plan: it fails in the editor while the change is made, and in a build through the exit code of `ai-infra check`.',
    whenToSilence:
      'Change the expectation instead, if it is no longer what is wanted. To make lines that cannot be decided fail a build too, set this rule to `error` under `rules`.',
    sources: [FROM_THE_PLAN],
    bad: [
      {
        title: 'A run over its cost, outside its place, and a finding that was to stay away',
        manifest: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
    expect:
      - <|cost.total < 5|>
      - <|region in [eu, uk]|>
      - <|no AI501|>
      - fits
`,
      },
      {
        title: 'Nobody can tell: the number of tokens is not said',
        manifest: `version: 1
expect: [<|duration < 3d|>]
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { method: lora }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    good: [
      {
        title: 'Expectations that hold',
        manifest: `version: 1
expect:
  - cost.total < 1k
  - geography == us
  - no errors
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
    expect:
      - worst(duration) < 2d
      - memory.share <= 90%
      - accelerator in [h100, h200]
      - no AI501
      - fits
`,
      },
    ],
  },
  // The engine reports this rule itself.
  checkManifest: () => [],
} satisfies Rule;

/** An expectation where it is written, with what became of it. */
export interface Judged {
  readonly path: Path;
  readonly text: string;
  readonly workload?: string;
  readonly judgement: Judgement;
}

/** Every expectation that can be read, judged by the plans and by the findings that are left after suppression. */
export function* judgeAll(context: RuleContext, findings: readonly Finding[]): Iterable<Judged> {
  const { manifest, head } = context;
  if (head.expect && head.expect.length > 0) {
    const evidence = evidenceOf(context, findings, undefined);
    if (evidence) yield* judgeLines(head.expect, ['expect'], evidence);
  }
  for (const { name, value } of manifest.workloads) {
    const evidence = value?.expect && evidenceOf(context, findings, name);
    if (evidence && value.expect) yield* judgeLines(value.expect, ['workloads', name, 'expect'], evidence);
  }
}

/** What expectations of a workload, or of the manifest, are judged by. Undefined for a workload that has no plan. */
export function evidenceOf(
  { manifest, head, catalog, plans }: RuleContext,
  findings: readonly Finding[],
  own: string | undefined,
): Evidence | undefined {
  const planned: Planned[] = [];
  const unplanned: string[] = [];
  for (const { name, value } of manifest.workloads) {
    if (own !== undefined && name !== own) continue;
    const plan = plans.get(name);
    if (value && plan) planned.push({ name, plan, workload: value });
    else unplanned.push(name);
  }
  if (own !== undefined && planned.length === 0) return undefined;
  return {
    head,
    catalog,
    ...(own !== undefined && { own }),
    planned,
    unplanned,
    totals: totalsOf(planned.map(({ plan }) => plan)),
    findings: own === undefined ? findings : findings.filter(({ workload }) => workload === own),
  };
}

function* judgeLines(lines: readonly string[], path: Path, evidence: Evidence): Iterable<Judged> {
  for (const [index, text] of lines.entries()) {
    const parsed = parseExpectation(text);
    // What cannot be read is reported by AI102 and AI105.
    if (!parsed.ok) continue;
    yield {
      path: [...path, index],
      text,
      ...(evidence.own !== undefined && { workload: evidence.own }),
      judgement: judge(parsed.expectation, evidence),
    };
  }
}

/** What the rule says of an expectation; undefined while it holds. */
export function reportOf({ path, judgement }: Judged): Report | undefined {
  if (judgement.verdict === 'holds') return undefined;
  return {
    path,
    part: 'value',
    message: judgement.message,
    ...(judgement.verdict === 'unknown' && { severity: 'hint' }),
    relatedSpans: judgement.findings.map(({ span, code, message }) => ({ span, message: `${code}: ${message}` })),
  };
}
