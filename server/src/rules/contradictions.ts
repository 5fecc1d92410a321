/** Values of which each may stand, but not beside the other: part of what AI102 finds. Only what cannot be meant is said. */
import { formatCount } from '../manifest/format-quantity.ts';
import type { Path } from '../manifest/source.ts';
import { rules } from './index.ts';
import { quoted } from './message.ts';
import type { Report, RuleContext } from './rule.ts';
import { namedWorkloadsOf, targetsOf, type TargetContext, type TargetSite } from './targets.ts';

export function* contradictions(context: RuleContext): Iterable<Report> {
  yield* severities(context);
  yield* ofClusters(context);
  for (const workload of namedWorkloadsOf(context)) {
    if (workload.name.trim() === '')
      yield {
        path: ['workloads', workload.name],
        part: 'key',
        message:
          'A workload wants a name, which lists, budgets and the command line call it by: write one before the colon.',
      };
    yield* ofModel(workload);
    yield* ofTraining(workload);
    yield* ofServing(workload);
    for (const site of targetsOf(workload)) {
      for (const report of ofTarget(site)) yield { ...report, severity: site.severity('error') };
    }
  }
}

/** What nobody uses costs without end for each hour of use. */
const LEAST_UTILIZATION = 0.01;

function* ofClusters({ head }: RuleContext): Iterable<Report> {
  for (const [name, { utilization }] of Object.entries(head.clusters ?? {})) {
    if (utilization === undefined || utilization >= LEAST_UTILIZATION) continue;
    yield {
      path: ['clusters', name, 'utilization'],
      part: 'value',
      message:
        'A cluster that is never used has no cost for an hour of use: write the share of the hours, from 1 % on.',
    };
  }
}

/** Code and name of one rule, with two severities. */
function* severities({ head }: RuleContext): Iterable<Report> {
  const seen = new Map<string, string>();
  for (const [key, severity] of Object.entries(head.rules ?? {})) {
    const code = rules.find((rule) => rule.code === key || rule.name === key)?.code;
    const before = code === undefined ? undefined : seen.get(code);
    if (code !== undefined && before === undefined) seen.set(code, key);
    else if (before !== undefined && head.rules?.[before] !== severity)
      yield {
        path: ['rules', key],
        part: 'value',
        message: `${quoted(key)} and ${quoted(before)} are one rule, and are given two severities: keep one of the two.`,
        related: [{ path: ['rules', before], part: 'value', message: 'Here it is given the other.' }],
      };
  }
}

/** A model of the catalogue that is given another size by this factor is another model. */
const OTHER_SIZE = 1.25;

/** The smallest expert that can do anything: a matrix of a hundred by a hundred. */
const LEAST_EXPERT = 1e4;

function* ofModel({ workload, catalog, path }: TargetContext): Iterable<Report> {
  const { model } = workload;
  if (typeof model !== 'object') return;
  const { name, parameters, activeParameters, heads, kvHeads, experts } = model;
  const known = name === undefined ? undefined : catalog.resolveModel(name);
  const at = (key: string): Pick<Report, 'path' | 'part'> => ({ path: path('model', key), part: 'value' });
  if (known && parameters !== undefined) {
    const ratio = parameters / known.parameters;
    if (ratio > OTHER_SIZE || ratio < 1 / OTHER_SIZE)
      yield {
        ...at('parameters'),
        severity: 'warning',
        message: `${quoted(name ?? '')} has ${formatCount(known.parameters)} parameters, not ${formatCount(parameters)}: leave them out, or give your model another name.`,
        related: [{ ...at('name'), message: 'This name is of a model in the catalogue.' }],
      };
  }
  if (parameters !== undefined && activeParameters !== undefined && activeParameters > parameters)
    yield {
      ...at('activeParameters'),
      message: `A token cannot pass through ${formatCount(activeParameters)} of ${formatCount(parameters)} parameters: write fewer than there are.`,
      related: [{ ...at('parameters'), message: 'These are all.' }],
    };
  if (parameters !== undefined && experts !== undefined && parameters / experts < LEAST_EXPERT)
    yield {
      ...at('experts'),
      message: `${formatCount(experts)} experts would have fewer than ${formatCount(LEAST_EXPERT)} of the ${formatCount(parameters)} parameters each: write how many a layer has.`,
      related: [{ ...at('parameters'), message: 'These are all.' }],
    };
  if (heads !== undefined && kvHeads !== undefined && heads % kvHeads !== 0)
    yield {
      ...at('kvHeads'),
      message: `${heads} query heads cannot share ${kvHeads} key and value heads: \`kvHeads\` divides \`heads\`.`,
      related: [{ ...at('heads'), message: `There are ${heads} query heads.` }],
    };
}

function* ofTraining({ workload, path }: TargetContext): Iterable<Report> {
  const { batchSize } = workload.training ?? {};
  if (batchSize !== undefined && !Number.isInteger(batchSize))
    yield {
      path: path('training', 'batchSize'),
      part: 'value',
      message: `A batch holds whole sequences, not ${batchSize}: write a whole number.`,
    };
}

/** Of a month with 31 days. */
const MOST_HOURS = 744;

function* ofServing({ workload, path }: TargetContext): Iterable<Report> {
  const { requests, autoscaling, hoursPerMonth } = workload.serving ?? {};
  if (hoursPerMonth !== undefined && hoursPerMonth > MOST_HOURS)
    yield {
      path: path('serving', 'hoursPerMonth'),
      part: 'value',
      message: `A month has at most ${MOST_HOURS} hours: write fewer, or leave it out for all of them.`,
    };
  if (typeof requests === 'object' && requests.peak !== undefined && requests.average !== undefined) {
    if (requests.peak < requests.average)
      yield {
        path: path('serving', 'requests', 'peak'),
        part: 'value',
        message: 'The peak is lower than the average: the peak is the highest load of the day.',
        related: [{ path: path('serving', 'requests', 'average'), part: 'value', message: 'This is the average.' }],
      };
  }
  if (autoscaling?.min !== undefined && autoscaling.max !== undefined && autoscaling.min > autoscaling.max)
    yield {
      path: path('serving', 'autoscaling', 'min'),
      part: 'value',
      message: `At least ${autoscaling.min} replicas and at most ${autoscaling.max} cannot both be kept: write a \`min\` of at most ${autoscaling.max}.`,
      related: [{ path: path('serving', 'autoscaling', 'max'), part: 'value', message: `At most ${autoscaling.max}.` }],
    };
}

/** Keys that only a provider's machines have. */
const RENTED_KEYS = ['provider', 'region', 'instance', 'service'] as const;

function* ofTarget({ target, path }: Pick<TargetSite, 'target' | 'path'>): Iterable<Report> {
  const { cluster, provider, capacity, deployment, burst } = target;
  const at = (key: string): { path: Path; part: 'value' } => ({ path: path(key), part: 'value' });
  const rented = RENTED_KEYS.find((key) => target[key] !== undefined && target[key] !== 'none');
  if (cluster !== undefined && rented !== undefined) {
    yield {
      ...at(rented),
      message: `${quoted(rented)} is of rented machines, and ${quoted('cluster')} names own ones: keep one of the two, and write what is rented beside it under \`burst\`.`,
      related: [{ ...at('cluster'), message: 'Here own machines are named.' }],
    };
  } else if (deployment === 'on-premises' && provider !== undefined) {
    yield {
      ...at('provider'),
      message: `Nothing is rented at ${quoted(provider)} for ${quoted('on-premises')}: remove the provider, or write \`deployment: cloud\`.`,
      related: [{ ...at('deployment'), message: 'Here it is said to stand on own premises.' }],
    };
  }
  if (cluster !== undefined && capacity !== undefined && capacity !== 'owned')
    yield {
      ...at('capacity'),
      message: `The machines of a cluster are owned, not paid for as ${quoted(capacity)}: remove \`capacity\`.`,
      related: [{ ...at('cluster'), message: 'Here own machines are named.' }],
    };
  if (cluster === undefined && provider !== undefined && capacity === 'owned' && deployment !== 'on-premises')
    yield {
      ...at('capacity'),
      message: `What ${quoted(provider)} rents out is not ${quoted('owned')}: name a \`cluster\` in its place, or another capacity.`,
      related: [{ ...at('provider'), message: 'Here it is rented.' }],
    };
  if (deployment === 'hybrid' && cluster === undefined && burst === undefined)
    yield {
      ...at('deployment'),
      message: `${quoted('hybrid')} is own machines with rented ones beside them: name a \`cluster\` and a \`burst\`.`,
    };
  if (burst && Object.keys(burst).length === 0)
    yield {
      path: path('burst'),
      part: 'value',
      message: 'Where it overflows to is not said: name a provider or an accelerator under `burst`.',
    };
}
