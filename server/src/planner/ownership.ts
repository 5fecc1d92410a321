/** What an hour on owned hardware costs (`docs/formulas.md`): capital over its life, energy, space, upkeep, people. */
import type { Cluster, ManifestHead } from '../manifest/schema.ts';
import { SERVER_POWER_FACTOR } from './carbon.ts';
import { exact, mapEnds, scale, sum } from './range.ts';
import type { Accelerator, Assumption, CostKind, Derivation, Range, Unknown } from './types.ts';

const HOURS_PER_YEAR = 8760;
const MONTHS_PER_YEAR = 12;
const SECONDS_PER_YEAR = HOURS_PER_YEAR * 3600;

const DEFAULTS = { amortizationSeconds: 4 * SECONDS_PER_YEAR, utilization: 0.7, pue: 1.3, staffUsdPerYear: 180_000 };
/** Share of a cluster's purchase that its network is: 0.19 (Epoch AI, training-cost-trends), over that of its machines. */
const NETWORK_OVER_MACHINES = 0.19 / 0.81;
/** A cluster is hardly ever used less; an hour's cost would grow beyond meaning. */
const LEAST_UTILIZATION = 0.01;

/** A part of the cost of an hour in use. */
export interface OwnershipPart {
  readonly name: 'capital' | 'network' | 'maintenance' | 'staff' | 'energy' | 'colocation';
  readonly kind: CostKind;
  /** A year of the whole cluster at its utilization. */
  readonly usdPerYear: Range;
  /** Per accelerator and hour of use. */
  readonly usdPerHour: Range;
}

export interface OwnershipCost {
  /** Per accelerator and hour of use: the sum of the parts. Null when the purchase price is not stated. */
  readonly usdPerAcceleratorHour: Range | null;
  readonly parts?: readonly OwnershipPart[];
  /** Of the whole cluster. */
  readonly capital?: {
    readonly usd: number;
    readonly accelerators: number;
    readonly lifeYears: number;
    readonly utilization: number;
  };
  /** Cost per accelerator and hour of use at another utilization: all but energy is paid whether used or not. */
  at(utilization: number): Range;
  /** True when a part of the cost (energy, power draw) is not known. */
  readonly atLeast: boolean;
  readonly assumptions: readonly Assumption[];
  readonly unknown: readonly Unknown[];
  readonly derivation: readonly Derivation[];
}

/**
 * Cost of an accelerator-hour in use: everything a year costs ÷ (accelerators × 8,760 h × utilization).
 * `name` is the cluster's key, for paths.
 */
export function ownershipCost(
  name: string,
  cluster: Cluster,
  accelerator: Accelerator | undefined,
  head: Partial<ManifestHead>,
): OwnershipCost {
  const assumptions: Assumption[] = [];
  const unknown: Unknown[] = [];
  const at = (key: string) => `clusters.${name}.${key}`;
  const assume = (key: string, value: number, shown: string | number, why: string): number => {
    assumptions.push({ path: at(key), value: shown, why });
    return value;
  };
  const cost = cluster.cost;
  const nodes = cluster.nodes ?? 0;
  const accelerators = nodes * (cluster.acceleratorsPerNode ?? accelerator?.perNode ?? 0);
  if (!cost?.perNode || accelerators === 0) {
    unknown.push({
      path: at(accelerators === 0 ? 'nodes' : 'cost.perNode'),
      why: 'the cost of owned hardware follows from its purchase price',
    });
    return { usdPerAcceleratorHour: null, at: () => exact(0), atLeast: true, assumptions, unknown, derivation: [] };
  }
  const utilization = Math.max(
    LEAST_UTILIZATION,
    cluster.utilization ?? assume('utilization', DEFAULTS.utilization, '70%', 'usual for a shared cluster'),
  );
  const lifeSeconds =
    cost.amortization ?? assume('cost.amortization', DEFAULTS.amortizationSeconds, '4y', 'usual life of a server');
  const machinesUsd = nodes * cost.perNode;
  const networkUsd = cost.network ?? networkOf(machinesUsd, nodes, assume);
  const capitalUsd = machinesUsd + networkUsd;
  const years = lifeSeconds / SECONDS_PER_YEAR;
  const kept = Math.max(0, 1 - (cost.residual ?? 0));
  const yearly: Pick<OwnershipPart, 'name' | 'kind' | 'usdPerYear'>[] = [
    { name: 'capital', kind: 'capital', usdPerYear: exact((machinesUsd * kept) / years) },
    { name: 'network', kind: 'capital', usdPerYear: exact((networkUsd * kept) / years) },
    { name: 'maintenance', kind: 'maintenance', usdPerYear: exact(capitalUsd * (cost.maintenance ?? 0)) },
    {
      name: 'staff',
      kind: 'staff',
      usdPerYear: exact((cost.staff ?? 0) * (head.policy?.staffCost ?? DEFAULTS.staffUsdPerYear)),
    },
  ];
  if (cost.staff !== undefined && cost.staff > 0 && head.policy?.staffCost === undefined)
    assumptions.push({ path: 'policy.staffCost', value: '180k', why: 'default' });
  let atLeast = false;
  const tdp = accelerator?.tdpWatts;
  if (tdp === undefined) {
    atLeast = true;
    unknown.push({
      path: at('cost'),
      why: `no source states the power draw of ${accelerator?.id ?? 'the accelerator'}: energy and colocation are left out`,
    });
  } else {
    const kilowatts = scale(SERVER_POWER_FACTOR, (accelerators * tdp) / 1000);
    if (cost.electricity !== undefined) {
      const pue = cost.pue ?? assume('cost.pue', DEFAULTS.pue, DEFAULTS.pue, 'usual for a server room');
      yearly.push({
        name: 'energy',
        kind: 'energy',
        usdPerYear: scale(kilowatts, utilization * HOURS_PER_YEAR * Math.max(1, pue) * cost.electricity),
      });
    } else {
      atLeast = true;
      unknown.push({ path: at('cost.electricity'), why: 'energy is left out of the cost until its price is stated' });
    }
    if (cost.colocation !== undefined)
      yearly.push({
        name: 'colocation',
        kind: 'space',
        usdPerYear: scale(kilowatts, cost.colocation * MONTHS_PER_YEAR),
      });
  }
  const hours = accelerators * HOURS_PER_YEAR * utilization;
  const parts = yearly
    .filter(({ usdPerYear }) => usdPerYear.high > 0)
    .map((part): OwnershipPart => ({ ...part, usdPerHour: scale(part.usdPerYear, 1 / hours) }));
  const usdPerAcceleratorHour = sum(parts.map(({ usdPerHour }) => usdPerHour));
  return {
    usdPerAcceleratorHour,
    parts,
    capital: { usd: capitalUsd, accelerators, lifeYears: years, utilization },
    at: (other) =>
      sum(
        parts.map(({ name: part, usdPerHour }) =>
          part === 'energy' ? usdPerHour : scale(usdPerHour, utilization / Math.max(LEAST_UTILIZATION, other)),
        ),
      ),
    atLeast,
    assumptions,
    unknown,
    derivation: [
      {
        quantity: 'cost.hourlyUsd',
        formula:
          'usd per accelerator-hour = (capital·(1 − residual)/life + maintenance + staff + energy + colocation) a year ÷ (accelerators × 8,760 h × utilization); energy = accelerators × TDP × server factor × utilization × PUE × tariff',
        inputs: {
          accelerators,
          utilization,
          lifeYears: years,
          ...(tdp !== undefined && { tdpWatts: tdp, serverFactor: SERVER_POWER_FACTOR.mid }),
          ...Object.fromEntries(parts.map((part) => [`${part.name}UsdPerYear`, part.usdPerYear.mid])),
        },
        value: usdPerAcceleratorHour,
        source: 'the manifest; server power 1.8–2.0 × the accelerators’ TDP',
      },
    ],
  };
}

/**
 * The same cluster charged by a higher utilization than it states: who holds more of its hours than that leaves fewer idle ones to
 * be paid for, and never pays more than all of it costs. A lower one changes nothing: others use the rest.
 */
export function atUtilization(cost: OwnershipCost, held: Range): OwnershipCost {
  const { parts, capital } = cost;
  if (!parts || !capital || held.high <= capital.utilization) return cost;
  const relative = (end: keyof Range) => capital.utilization / Math.max(capital.utilization, Math.min(1, held[end]));
  const charged = parts.map((part) =>
    part.name === 'energy' ? part : { ...part, usdPerHour: mapEnds((end) => part.usdPerHour[end] * relative(end)) },
  );
  const usdPerAcceleratorHour = sum(charged.map(({ usdPerHour }) => usdPerHour));
  return {
    ...cost,
    parts: charged,
    usdPerAcceleratorHour,
    derivation: cost.derivation.map((entry) => ({
      ...entry,
      formula: `${entry.formula}; utilization = max(stated, share of the cluster’s hours that the workload itself holds)`,
      inputs: {
        ...entry.inputs,
        statedUtilization: capital.utilization,
        utilization: capital.utilization / relative('mid'),
      },
      value: inOrder(usdPerAcceleratorHour),
    })),
  };
}

function inOrder({ low, mid, high }: Range): Range {
  return { low: Math.min(low, mid, high), mid, high: Math.max(low, mid, high) };
}

/** The network between machines where its price is not stated: a share of the cluster; none for a single machine. */
function networkOf(
  machinesUsd: number,
  nodes: number,
  assume: (key: string, value: number, shown: number, why: string) => number,
): number {
  if (nodes < 2) return 0;
  const usd = Math.round(machinesUsd * NETWORK_OVER_MACHINES);
  return assume('cost.network', usd, usd, '19 % of the cluster, usual for accelerators that train together');
}
