/** What an hour on owned hardware costs (`design/estimation.md`, Ownership): capital over its life, energy, space, upkeep, people. */
import type { Cluster, ManifestHead } from '../manifest/schema.ts';
import type { Accelerator, Assumption, Derivation, Range, Unknown } from './types.ts';
import { exact } from './range.ts';

const HOURS_PER_YEAR = 8760;
const MONTHS_PER_YEAR = 12;
const SECONDS_PER_YEAR = HOURS_PER_YEAR * 3600;

/**
 * Power of a whole server over the TDP of its accelerators: 1.8–2.0 (`design/estimation.md`, Ownership).
 */
const SERVER_POWER_FACTOR: Range = { low: 1.8, mid: 1.9, high: 2.0 };
const DEFAULTS = { amortizationSeconds: 4 * SECONDS_PER_YEAR, utilization: 0.7, pue: 1.3, staffUsdPerYear: 180_000 };

export interface OwnershipCost {
  /** Per accelerator and hour of use. Null when the purchase price is not stated. */
  readonly usdPerAcceleratorHour: Range | null;
  /** The whole cluster's purchase price, for information. */
  readonly capitalUsd: number | null;
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
  const accelerators = (cluster.nodes ?? 0) * (cluster.acceleratorsPerNode ?? accelerator?.perNode ?? 0);
  if (!cost?.perNode || accelerators === 0) {
    unknown.push({
      path: at(accelerators === 0 ? 'nodes' : 'cost.perNode'),
      why: 'the cost of owned hardware follows from its purchase price',
    });
    return { usdPerAcceleratorHour: null, capitalUsd: null, atLeast: true, assumptions, unknown, derivation: [] };
  }
  const utilization =
    cluster.utilization ?? assume('utilization', DEFAULTS.utilization, '70%', 'usual for a shared cluster');
  const lifeSeconds =
    cost.amortization ?? assume('cost.amortization', DEFAULTS.amortizationSeconds, '4y', 'usual life of a server');
  const capitalUsd = (cluster.nodes ?? 0) * cost.perNode + (cost.network ?? 0);
  const years = lifeSeconds / SECONDS_PER_YEAR;
  const yearly: Record<string, Range> = {
    capital: exact((capitalUsd * (1 - (cost.residual ?? 0))) / years),
    maintenance: exact(capitalUsd * (cost.maintenance ?? 0)),
    staff: exact((cost.staff ?? 0) * (head.policy?.staffCost ?? DEFAULTS.staffUsdPerYear)),
  };
  let atLeast = false;
  const tdp = accelerator?.tdpWatts;
  if (tdp === undefined) {
    atLeast = true;
    unknown.push({
      path: at('cost'),
      why: `no source states the power draw of ${accelerator?.id ?? 'the accelerator'}: energy and colocation are left out`,
    });
  } else {
    const kilowatts = (factor: number) => (accelerators * tdp * factor) / 1000;
    const ends = (price: (factor: number) => number): Range => ({
      low: price(SERVER_POWER_FACTOR.low),
      mid: price(SERVER_POWER_FACTOR.mid),
      high: price(SERVER_POWER_FACTOR.high),
    });
    if (cost.electricity !== undefined) {
      const electricity = cost.electricity;
      const pue = cost.pue ?? assume('cost.pue', DEFAULTS.pue, DEFAULTS.pue, 'usual for a server room');
      yearly['energy'] = ends((factor) => kilowatts(factor) * utilization * HOURS_PER_YEAR * pue * electricity);
    } else {
      atLeast = true;
      unknown.push({ path: at('cost.electricity'), why: 'energy is left out of the cost until its price is stated' });
    }
    if (cost.colocation !== undefined) {
      const colocation = cost.colocation;
      yearly['colocation'] = ends((factor) => kilowatts(factor) * colocation * MONTHS_PER_YEAR);
    }
  }
  const hours = accelerators * HOURS_PER_YEAR * utilization;
  const total = (end: keyof Range) => Object.values(yearly).reduce((sum, part) => sum + part[end], 0) / hours;
  const usdPerAcceleratorHour = { low: total('low'), mid: total('mid'), high: total('high') };
  return {
    usdPerAcceleratorHour,
    capitalUsd,
    atLeast,
    assumptions,
    unknown,
    derivation: [
      {
        quantity: 'cost.hourlyUsd',
        formula:
          'usd per accelerator-hour = (capital·(1 − residual)/life + maintenance + staff + energy + colocation) a year ÷ (accelerators × 8,760 h × utilization)',
        inputs: {
          accelerators,
          utilization,
          lifeYears: years,
          ...Object.fromEntries(Object.entries(yearly).map(([part, usd]) => [`${part}UsdPerYear`, usd.mid])),
        },
        value: usdPerAcceleratorHour,
        source: 'the manifest; server power 1.8–2.0 × the accelerators’ TDP',
      },
    ],
  };
}
