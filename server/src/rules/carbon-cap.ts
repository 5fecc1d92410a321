/** AI910: the plan causes more carbon dioxide in a month than the policy allows. */
import { formatMass, formatShare } from '../manifest/format-quantity.ts';
import type { WorkloadPlan } from '../planner/types.ts';
import { quoted } from './message.ts';
import { nearestRegions } from './nearest.ts';
import type { Fix, Rule, RuleContext } from './rule.ts';
import { isRented, targetsOf, workloadsOf } from './targets.ts';

export const carbonCap: Rule = {
  code: 'AI910',
  name: 'carbon-cap',
  severity: 'warning',
  docs: {
    summary: 'More carbon dioxide in a month than the policy allows.',
    what: 'Energy of all workloads that run in a month (services, and runs that state `runsPerMonth`), times the carbon intensity of the grids where they run, is over `policy.maxCarbonPerMonth` in the middle of the estimate.',
    why: 'Grids differ by a factor of ten and more: the same work in another region can keep the cap.',
    whenToSilence: 'If the provider’s power contracts count for you, which the figures of the grid leave out.',
    sources: [
      'Carbon intensity of the grids: Google’s figures of 2024, Our World in Data and Electricity Maps, see the catalogue',
    ],
    bad: [
      {
        title: 'A coal grid',
        manifest: `version: 1
policy: { maxCarbonPerMonth: <|2t|> }
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, requests: 2/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: ap-south-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    good: [
      {
        title: 'Hydropower',
        manifest: `version: 1
policy: { maxCarbonPerMonth: 2t }
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, requests: 2/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: eu-north-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    fixes: [
      {
        title: 'Move chat',
        before: `version: 1
policy: { maxCarbonPerMonth: 2t }
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, requests: 2/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: ap-south-1, accelerator: h100-sxm, count: 8 }
`,
        after: `version: 1
policy: { maxCarbonPerMonth: 2t }
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, requests: 2/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: eu-north-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
  },
  *checkManifest(context) {
    const cap = context.head.policy?.maxCarbonPerMonth;
    if (cap === undefined) return;
    const shares = [...context.plans]
      .flatMap(([name, plan]) => {
        const kg = plan.carbon.kgPerMonth;
        return kg ? [{ name, plan, kg }] : [];
      })
      .sort((a, b) => b.kg.mid - a.kg.mid);
    const total = (end: 'low' | 'mid' | 'high') => shares.reduce((sum, { kg }) => sum + kg[end], 0);
    const [low, mid, high] = [total('low'), total('mid'), total('high')];
    if (mid <= cap) return;
    yield {
      path: ['policy', 'maxCarbonPerMonth'],
      part: 'value',
      message: `The plan causes about ${formatMass(mid)} of carbon dioxide a month (${formatMass(low)} to ${formatMass(high)}), over the ${formatMass(cap)} allowed${low > cap ? '' : ', though it may be less'}.`,
      related: shares.slice(0, 3).map(({ name, kg, plan }) => ({
        path: ['workloads', name],
        part: 'key',
        message: `${quoted(name)} causes ${formatMass(kg.mid)}, ${formatShare(kg.mid / mid)} of it${gridWords(plan)}.`,
      })),
      fixes: () => fixes(context, shares, cap - mid),
    };
  },
};

function gridWords({ carbon }: WorkloadPlan): string {
  const grams = carbon.gridGramsPerKwh;
  return grams ? `, at ${Math.round(grams.mid)} g a kilowatt-hour` : '';
}

interface Share {
  readonly name: string;
  readonly plan: WorkloadPlan;
  readonly kg: { readonly mid: number };
}

const MOST_FIXES = 2;

/** The workload that causes most, moved to the nearest region whose grid is clean enough; else to the cleanest there is. */
function fixes(context: RuleContext, shares: readonly Share[], roomKg: number): readonly Fix[] {
  const { catalog, manifest } = context;
  for (const { name, plan, kg } of shares) {
    const { provider, region, accelerator } = plan.target;
    const value = manifest.workloads.find((typed) => typed.name === name)?.value;
    const source = [...workloadsOf(context)].find((each) => each.name === name);
    const site = source && targetsOf(source).find(({ level }) => level === 'own');
    if (!value || !site || !isRented(site) || provider === undefined || accelerator === undefined) continue;
    const here = catalog.region(provider, region ?? '');
    const grid = (id: string) => catalog.region(provider, id)?.gridGramsCo2PerKwh ?? Infinity;
    const now = here?.gridGramsCo2PerKwh;
    if (now === undefined) continue;
    const workload = { ...context, name, workload: value, plan, path: source.path };
    // Moved to a grid g, the workload causes g ÷ now of what it does; PUE of a provider's regions differs by little.
    const enough = nearestRegions(workload, provider, accelerator, here).filter(
      (id) => (grid(id) / now) * kg.mid - kg.mid < roomKg,
    );
    const clean = enough.slice(0, MOST_FIXES);
    if (clean.length > 0)
      return clean.map((id, index) => ({
        title: `Move ${name} to ${id}`,
        edits: [{ kind: 'set', path: site.path('region'), value: id }],
        safe: false,
        preferred: index === 0,
      }));
  }
  return [];
}
