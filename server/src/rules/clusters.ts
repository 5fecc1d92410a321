/** Owned clusters with what an hour on them costs. */
import type { Accelerator, Catalog } from '../catalog/types.ts';
import type { Cluster, ManifestHead } from '../manifest/schema.ts';
import { ownershipCost } from '../planner/ownership.ts';
import { once } from '../planner/once.ts';
import { ownershipPlan } from '../planner/ownership-plan.ts';
import type { OwnershipPlan, Range } from '../planner/types.ts';
import type { RuleContext } from './rule.ts';

export interface OwnedCluster {
  readonly accelerator: Accelerator;
  readonly accelerators: number;
  /** Null where its purchase price is not stated. */
  readonly usdPerAcceleratorHour: Range | null;
  /** What an accelerator-hour costs at a utilization; zero where the purchase price is not stated. */
  at(utilization: number): Range;
  /** Owning it against renting; computed when first asked for. Undefined where its purchase price is not stated. */
  plan(): OwnershipPlan | undefined;
  /** Utilization at which an hour costs so much; undefined where none does. */
  turnsAt(usdPerAcceleratorHour: number): number | undefined;
}

const known = new WeakMap<
  Cluster,
  {
    readonly head: Partial<ManifestHead>;
    readonly catalog: Catalog;
    readonly today: string;
    readonly owned: OwnedCluster | undefined;
  }
>();

/** Undefined where nobody knows the chip. */
export function resolvedCluster(
  { head, catalog, today }: Pick<RuleContext, 'head' | 'catalog' | 'today'>,
  name: string,
  cluster: Cluster,
): OwnedCluster | undefined {
  const before = known.get(cluster);
  if (before?.head === head && before.catalog === catalog && before.today === today) return before.owned;
  const owned = resolve(head, catalog, today, name, cluster);
  known.set(cluster, { head, catalog, today, owned });
  return owned;
}

function resolve(
  head: Partial<ManifestHead>,
  catalog: Catalog,
  today: string,
  name: string,
  cluster: Cluster,
): OwnedCluster | undefined {
  const match = cluster.accelerator === undefined ? undefined : catalog.resolveAccelerator(cluster.accelerator);
  const accelerator = match && 'id' in match ? catalog.accelerators.get(match.id) : undefined;
  if (!accelerator) return undefined;
  const cost = ownershipCost(name, cluster, accelerator, head);
  return {
    accelerator,
    accelerators: (cluster.nodes ?? 0) * (cluster.acceleratorsPerNode ?? accelerator.perNode ?? 0),
    usdPerAcceleratorHour: cost.usdPerAcceleratorHour,
    at: cost.at,
    plan: once(() => ownershipPlan({ kind: 'cluster', accelerator, name, cluster }, head, catalog, today)),
    turnsAt(usd) {
      if (!cost.usdPerAcceleratorHour) return undefined;
      // What is paid by the year is spread over the hours of use: cost(u) = fixed ÷ u + running.
      const full = cost.at(1).mid;
      const fixed = cost.at(0.5).mid - full;
      const share = fixed / (usd - (full - fixed));
      return share > 0 && share <= 1 ? share : undefined;
    },
  };
}
