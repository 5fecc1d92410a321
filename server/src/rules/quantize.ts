/** AI709: weights in a lower precision meet the requirements on cheaper hardware. */
import type { Precision } from '../catalog/types.ts';
import { formatNumber, formatUsd } from '../manifest/format-quantity.ts';
import type { Workload } from '../manifest/schema.ts';
import { engineOn, isLanguageModel, subjectOf } from '../planner/subject.ts';
import type { Alternative } from '../planner/types.ts';
import { cheaperEquals, cheapest, equals, spending } from './cost-advice.ts';
import { hardwareWords } from './message.ts';
import type { PlannedWorkload, Rule } from './rule.ts';
import { targetEdits } from './target-edits.ts';
import { chipPlace } from './targets.ts';
import { CHEAPER_SHARE } from './thresholds.ts';

export const quantize: Rule = {
  code: 'AI709',
  name: 'quantize',
  severity: 'info',
  advice: true,
  docs: {
    summary: 'Weights in 8 bit would do on cheaper hardware.',
    what: 'A language model is served with weights in 16 bit or more. In fp8 or int8, whichever engine and chip run in full, it meets the same requirements for at least 15 % less than on the cheapest hardware in its present precision.',
    why: 'Every token reads all weights once: half the bytes need half the memory and bandwidth.',
    whenToSilence: 'If you have measured that the quality of the answers suffers.',
    sources: ['Precisions by engine and chip: the catalogue', 'Prices of the catalogue with their dates'],
    bad: [
      {
        title: 'A 32B model in 16 bit',
        manifest: `version: 1
policy: { accelerators: [l40s] }
workloads:
  chat:
    phase: inference
    model: qwen2.5-32b
    framework: pytorch
    <|serving|>: { engine: vllm, requests: 0.2/s, inputTokens: 1000, outputTokens: 200 }
    target: { provider: aws, region: us-east-1, accelerator: l40s, count: 4 }
`,
      },
    ],
    good: [
      {
        title: 'In fp8',
        manifest: `version: 1
policy: { accelerators: [l40s] }
workloads:
  chat:
    phase: inference
    model: qwen2.5-32b
    framework: pytorch
    serving: { engine: vllm, precision: fp8, requests: 0.2/s, inputTokens: 1000, outputTokens: 200 }
    target: { provider: aws, region: us-east-1, accelerator: l40s, count: 4 }
`,
      },
    ],
    fixes: [
      {
        title: 'Serve in fp8',
        before: `version: 1
policy: { accelerators: [l40s] }
workloads:
  chat:
    phase: inference
    model: qwen2.5-32b
    framework: pytorch
    serving: { engine: vllm, requests: 0.2/s, inputTokens: 1000, outputTokens: 200 }
    target: { provider: aws, region: us-east-1, accelerator: l40s, count: 4 }
`,
        after: `version: 1
policy: { accelerators: [l40s] }
workloads:
  chat:
    phase: inference
    model: qwen2.5-32b
    framework: pytorch
    serving: { engine: vllm, requests: 0.2/s, inputTokens: 1000, outputTokens: 200, precision: fp8 }
    target: { provider: aws, region: us-east-1, accelerator: l40s, count: 1 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan, catalog } = context;
    const stated = workload.serving?.precision;
    const model = subjectOf(workload, catalog).model.value;
    if (plan.serving === undefined || !model || !isLanguageModel(model)) return;
    if (stated !== undefined && !WIDE.has(stated)) return;
    const now = spending(context);
    if (!now) return;
    const rival = cheapest(cheaperEquals(context));
    const usdOtherwise = now.usd + (rival?.deltaUsd ?? 0);
    const best = bestOf(context, (1 - CHEAPER_SHARE) * usdOtherwise - now.usd);
    if (!best) return;
    const saved = -(best.alternative.deltaUsd ?? 0);
    const { precision, alternative } = best;
    yield {
      path: context.path('serving', 'precision'),
      part: 'value',
      message: `In ${precision} the weights take half the memory: ${hardwareWords(alternative.target)} would then do for ${formatUsd(now.usd - saved)} instead of ${formatUsd(now.usd)} ${now.words}, ${formatNumber((100 * saved) / now.usd)} % less.`,
      savesUsd: saved,
      related: [{ ...chipPlace(now.site), message: 'It runs here now.' }],
      fixes: () => [
        {
          title: `Serve in ${precision} on ${hardwareWords(alternative.target)}`,
          edits: [
            { kind: 'set', path: context.path('serving', 'precision'), value: precision },
            ...targetEdits(context.source, context.name, plan.target, alternative.target, { catalog: context.catalog }),
          ],
          safe: false,
          preferred: true,
        },
      ],
    };
  },
};

const WIDE: ReadonlySet<Precision> = new Set<Precision>(['fp32', 'tf32', 'bf16', 'fp16']);
/** Half the bytes at little loss; four bits change answers too much to be advised unasked. */
const MILD: readonly Precision[] = ['fp8', 'int8'];

/** The cheapest hardware in a mild precision that changes the cost by at most `mostDeltaUsd`. */
function bestOf(
  context: PlannedWorkload,
  mostDeltaUsd: number,
): { readonly precision: Precision; readonly alternative: Alternative } | undefined {
  let best: { readonly precision: Precision; readonly alternative: Alternative } | undefined;
  for (const precision of MILD) {
    const serving = { ...context.workload.serving, precision };
    const workload = { ...context.workload, serving } as Workload;
    const subject = subjectOf(workload, context.catalog);
    const alternative = cheapest(equals({ ...context, workload }), ({ target, deltaUsd = 0 }) => {
      const chip = context.catalog.accelerators.get(target.accelerator ?? '');
      const support = chip && engineOn(subject, chip, context.catalog).fact?.precisions[precision];
      return support === 'yes' && deltaUsd <= mostDeltaUsd;
    });
    if (alternative && (!best || (alternative.deltaUsd ?? 0) < (best.alternative.deltaUsd ?? 0)))
      best = { precision, alternative };
  }
  return best;
}
