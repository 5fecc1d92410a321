/** The target against the catalogue: which accelerator, machine, region and count a workload runs on. */
import type { Accelerator, Capacity, Catalog, OwnPrice } from '../catalog/types.ts';
import type { Cluster, ManifestHead, Target, Workload } from '../manifest/schema.ts';
import { overNetwork, referenceNetwork } from './network.ts';
import { cheapestRental, fastDomainOf, machineSizes, placementOn, rentable, type Rental } from './offers.ts';
import { edgeAccelerator } from './serving-edge.ts';
import type { Assumption, Placement, ResolvedTarget, Unknown } from './types.ts';

/** Where hardware comes from. */
export type Site =
  | { readonly kind: 'cloud'; readonly accelerator: Accelerator }
  | {
      readonly kind: 'cluster';
      readonly accelerator: Accelerator;
      readonly name: string;
      readonly cluster: Cluster;
      readonly price?: OwnPrice;
    }
  | { readonly kind: 'owned'; readonly accelerator: Accelerator; readonly price?: OwnPrice }
  | {
      readonly kind: 'edge';
      readonly accelerator: Accelerator;
      readonly priceUsd?: number;
      readonly priceSource?: string;
      readonly priceAsOf?: string;
    };

export interface Resolution {
  readonly target: ResolvedTarget;
  /** Undefined when no accelerator is named, or nobody knows it. */
  readonly site: Site | undefined;
  /** The stated count; `auto` where it follows from fit and load. */
  readonly count: number | 'auto';
  readonly assumptions: readonly Assumption[];
  readonly unknown: readonly Unknown[];
}

/** Deployment as stated, else as `provider`, `cluster` and `edge` tell. */
export function deploymentOf(workload: Workload, target: Target): ResolvedTarget['deployment'] {
  if (target.deployment) return target.deployment;
  if (target.cluster !== undefined) return target.burst ? 'hybrid' : 'on-premises';
  if (target.provider === undefined && target.instance === undefined && workload.edge) return 'edge';
  return 'cloud';
}

const resolutions = new WeakMap<
  Target,
  {
    readonly workload: Workload;
    readonly head: Partial<ManifestHead>;
    readonly catalog: Catalog;
    readonly resolution: Resolution;
  }
>();

/** As `resolveTarget`, once for a target that stands in the manifest: its plan and every rule ask for the same. */
export function resolveWritten(
  workload: Workload,
  target: Target,
  head: Partial<ManifestHead>,
  catalog: Catalog,
): Resolution {
  const known = resolutions.get(target);
  if (known?.workload === workload && known.head === head && known.catalog === catalog) return known.resolution;
  const resolution = resolveTarget(workload, target, head, catalog);
  resolutions.set(target, { workload, head, catalog, resolution });
  return resolution;
}

/** Resolves one target block. `target: auto` and an absent target have no site: the recommendation fills them in. */
export function resolveTarget(
  workload: Workload,
  target: Target | undefined,
  head: Partial<ManifestHead>,
  catalog: Catalog,
): Resolution {
  const assumptions: Assumption[] = [];
  const unknown: Unknown[] = [];
  if (!target) {
    return {
      target: { deployment: 'cloud', count: null, nodes: null, capacity: 'on-demand' },
      site: undefined,
      count: 'auto',
      assumptions,
      unknown,
    };
  }
  const deployment = deploymentOf(workload, target);
  const cluster =
    target.cluster !== undefined && head.clusters && Object.hasOwn(head.clusters, target.cluster)
      ? head.clusters[target.cluster]
      : undefined;
  const machine = machineOf(target, catalog);
  const provider = target.provider ?? machine?.provider;
  const named =
    target.accelerator ??
    machine?.accelerator ??
    cluster?.accelerator ??
    (deployment === 'edge' ? workload.edge?.device : undefined);
  const chip =
    named === undefined ? undefined : acceleratorNamed(named, provider, machine?.accelerator, catalog, assumptions);

  let stated = target.count;
  if (stated === undefined && chip?.count !== undefined) stated = chip.count;
  if (stated === undefined && machine) stated = Math.max(1, Math.ceil(machine.count));
  if (stated === undefined && deployment === 'edge') stated = workload.edge?.fleetSize ?? 1;
  const count = stated ?? 'auto';

  const owned = deployment === 'on-premises' || target.cluster !== undefined || deployment === 'edge';
  const capacity: Capacity = target.capacity ?? (owned ? 'owned' : 'on-demand');
  if (target.capacity === undefined && !owned)
    assumptions.push({ path: 'target.capacity', value: capacity, why: 'default' });

  const resolved: ResolvedTarget = {
    deployment,
    ...(provider !== undefined && { provider }),
    ...(target.region !== undefined && { region: target.region }),
    ...(target.instance !== undefined && { instance: target.instance }),
    ...(chip && { accelerator: chip.accelerator.id }),
    count: count === 'auto' ? null : count,
    nodes: null,
    capacity,
    ...(target.cluster !== undefined && { cluster: target.cluster }),
    ...(target.service !== undefined && { service: target.service }),
    ...(target.interconnect !== undefined && { interconnect: target.interconnect }),
    ...(deployment === 'edge' && workload.edge?.device !== undefined && { device: workload.edge.device }),
  };
  const result = (site: Site | undefined): Resolution => ({ target: resolved, site, count, assumptions, unknown });

  const edgeDevice = deployment === 'edge' ? edgeSite(workload, chip?.accelerator, catalog) : undefined;
  if (edgeDevice) return result(edgeDevice);
  if (!chip) {
    unknown.push(
      named === undefined
        ? {
            path: target.cluster === undefined ? 'target.accelerator' : `clusters.${target.cluster}.accelerator`,
            why:
              target.serverless === true && target.service !== undefined && target.service !== 'none'
                ? `${target.service} is paid by the token and names no accelerator, and no price by the token is known: name the accelerator to see what a machine of one’s own would cost`
                : 'no accelerator is named: memory, time and cost follow from it',
          }
        : { path: 'target.accelerator', why: `nobody knows the accelerator ${JSON.stringify(named)}` },
    );
    return result(undefined);
  }
  const accelerator = chip.accelerator;
  const ownPrice = owned ? catalog.ownPrice(target.cluster, accelerator.id) : undefined;
  const price = ownPrice && { price: ownPrice };
  if (cluster && target.cluster !== undefined)
    return result({ kind: 'cluster', accelerator, name: target.cluster, cluster, ...price });
  if (owned) return result({ kind: 'owned', accelerator, ...price });
  return result({ kind: 'cloud', accelerator });
}

function machineOf(target: Target, catalog: Catalog) {
  if (target.instance === undefined) return undefined;
  if (target.provider !== undefined) return catalog.machine(target.provider, target.instance);
  return catalog.machinesNamed(target.instance)[0];
}

function acceleratorNamed(
  name: string,
  provider: string | undefined,
  byInstance: string | undefined,
  catalog: Catalog,
  assumptions: Assumption[],
) {
  const match = catalog.resolveAccelerator(name, provider);
  if (match.kind === 'unknown') return undefined;
  if (match.kind === 'ambiguous') {
    // `a100` on a p4d is what the machine holds; else the smaller form, so that a plan is never too rosy.
    const id = byInstance !== undefined && match.candidates.includes(byInstance) ? byInstance : match.candidates[0];
    const accelerator = id === undefined ? undefined : catalog.accelerators.get(id);
    if (!accelerator) return undefined;
    if (id !== byInstance)
      assumptions.push({
        path: 'target.accelerator',
        value: accelerator.id,
        why: `${name} has several forms; the smaller is taken`,
      });
    return { accelerator, count: undefined };
  }
  const accelerator = catalog.accelerators.get(match.id);
  return accelerator && { accelerator, count: match.kind === 'alias' ? match.count : undefined };
}

function edgeSite(workload: Workload, accelerator: Accelerator | undefined, catalog: Catalog): Site | undefined {
  const name = workload.edge?.device;
  const device = name === undefined ? undefined : catalog.edgeDevices.get(name.toLowerCase());
  const chip =
    (accelerator?.class === 'edge' ? accelerator : undefined) ?? (device && edgeAccelerator(device)) ?? accelerator;
  if (!chip) return undefined;
  return {
    kind: 'edge',
    accelerator: chip,
    ...(device?.priceUsd !== undefined && {
      priceUsd: device.priceUsd,
      priceSource: device.source,
      priceAsOf: device.asOf,
    }),
  };
}

/** Machines for `count` accelerators at a site, with the offer they are rented on (cloud). */
export interface Placed {
  readonly placement: Placement;
  readonly rental?: Rental;
}

/**
 * Places `count` accelerators. Cloud: on the cheapest offer that matches the target and the policy; where none matches,
 * the accelerator's usual machine without a price.
 */
export function place(
  site: Site,
  count: number,
  together: number,
  target: ResolvedTarget,
  head: Partial<ManifestHead>,
  catalog: Catalog,
  today: string,
): Placed {
  const { accelerator } = site;
  if (site.kind === 'cloud') {
    const rental = cheapestRental(
      {
        accelerator: accelerator.id,
        count,
        together,
        capacity: rentable(target.capacity),
        ...(target.provider !== undefined && { provider: target.provider }),
        ...(target.region !== undefined && { region: target.region }),
        ...(target.instance !== undefined && { instance: target.instance }),
      },
      catalog,
      head,
      today,
    );
    if (rental) {
      const placement = placementOn(rental.offer.machine, accelerator, count);
      return { placement: overNetwork(placement, target.interconnect), rental };
    }
  }
  const perNode = Math.min(
    count,
    site.kind === 'cluster'
      ? (site.cluster.acceleratorsPerNode ?? accelerator.perNode ?? 1)
      : site.kind === 'edge'
        ? 1
        : (accelerator.perNode ?? 1),
  );
  const stated = target.interconnect ?? (site.kind === 'cluster' ? site.cluster.interconnect : undefined);
  return {
    placement: {
      accelerator,
      count,
      perNode,
      nodes: Math.ceil(count / perNode),
      fastDomain: fastDomainOf(accelerator, perNode),
      ...(accelerator.linkBytesPerSecond !== undefined && { linkBytesPerSecond: accelerator.linkBytesPerSecond }),
      ...(stated !== undefined && { networkBytesPerSecond: referenceNetwork(accelerator, perNode, stated) }),
    },
  };
}

/** Accelerators that one machine of the site can hold, ascending; empty where none is on offer. */
export function sizesAt(
  site: Site,
  target: ResolvedTarget,
  catalog: Catalog,
  head: Partial<ManifestHead>,
  today: string,
): readonly number[] {
  if (site.kind !== 'cloud') return [site.accelerator.perNode ?? 1];
  return machineSizes(
    catalog,
    {
      accelerator: site.accelerator.id,
      capacity: rentable(target.capacity),
      ...(target.provider !== undefined && { provider: target.provider }),
      ...(target.region !== undefined && { region: target.region }),
    },
    head,
    today,
  );
}

/** Accelerators that a run wants in one machine: as many as the largest machine on offer holds. */
export function togetherForRun(
  site: Site,
  count: number,
  target: ResolvedTarget,
  catalog: Catalog,
  head: Partial<ManifestHead>,
  today: string,
): number {
  return Math.max(1, Math.min(count, sizesAt(site, target, catalog, head, today).at(-1) ?? 0));
}
