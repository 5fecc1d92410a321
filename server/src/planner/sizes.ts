/** How many accelerators of a chip a workload could take on an offer: the sizes that are worth pricing. */
import type { Accelerator, Catalog, Offer } from '../catalog/types.ts';
import { estimate, type Estimate } from './estimate.ts';
import { cutFleet } from './fleet.ts';
import { overNetwork } from './network.ts';
import { billedUnits, placementOn } from './offers.ts';
import { deadlineOf, timingOf } from './ranking.ts';
import { replicasForPeak } from './replicas.ts';
import { interruptedShare } from './risk.ts';
import type { Now } from './search.ts';
import type { Subject } from './subject.ts';
import type { PlacementSpeeds } from './training.ts';
import type { Range } from './types.ts';

/** Counts that are tried double up to this many accelerators where a deadline asks for it: the largest published runs. */
export const MOST_ACCELERATORS = 16_384;
/** Where none does: eight times what the workload has now, within these. */
const MOST_TIMES_NOW = 8;
const LEAST_MOST = 64;
const MOST_UNASKED = 1024;
/** Twice the devices that save less than this share of the time are not worth a look: nor is what comes after them. */
const LEAST_GAIN = 0.02;

/** `enough`: a run stops growing once it is in time. `all`: every count, for the front of cost and time. */
export type Reach = 'enough' | 'all';

export interface SizesNow {
  readonly count: number | null;
  readonly durationSeconds: Range | null | undefined;
  /** Provider of the target, and the network that it says: it stays said of other machines of the chip there. */
  readonly provider?: string;
  readonly interconnect?: string;
}

/** The stated network is said of the machines that hold this chip: it tells nothing of others. */
function sizesNow({ target, durationSeconds }: NowRunning, accelerator: string): SizesNow {
  const { count, provider, interconnect } = target;
  const isSame = target.accelerator === accelerator;
  return {
    count,
    durationSeconds,
    ...(isSame && provider !== undefined && { provider }),
    ...(isSame && interconnect !== undefined && { interconnect }),
  };
}

/** What the workload has now, as far as sizes follow from it. */
type NowRunning = Pick<Now, 'target' | 'durationSeconds'>;

/** Sizes of all chips for one workload: searches that share them estimate no placement twice. */
export class ChipSizes {
  private readonly searches = new Map<string, SizeSearch>();
  private readonly subject: Subject;
  private readonly catalog: Catalog;
  private readonly now: NowRunning | undefined;

  constructor(subject: Subject, catalog: Catalog, now: NowRunning | undefined) {
    this.subject = subject;
    this.catalog = catalog;
    this.now = now;
  }

  of(accelerator: Accelerator): SizeSearch {
    let found = this.searches.get(accelerator.id);
    if (!found) {
      found = new SizeSearch(this.subject, accelerator, this.catalog, this.now && sizesNow(this.now, accelerator.id));
      this.searches.set(accelerator.id, found);
    }
    return found;
  }
}

/** Estimates of one chip by count and kind of machine: many offers share them. */
export class SizeSearch {
  private readonly known = new Map<string, readonly (Estimate | string)[]>();
  private readonly subject: Subject;
  private readonly accelerator: Accelerator;
  private readonly catalog: Catalog;
  private readonly now: SizesNow | undefined;
  /** Spot and on-demand of a placement share its split and speed. */
  private readonly speeds: PlacementSpeeds = new Map();
  /** A replica whose split is left open stays inside the fast link: the network between machines changes nothing. */
  private readonly spansNoNetwork: boolean;

  constructor(subject: Subject, accelerator: Accelerator, catalog: Catalog, now: SizesNow | undefined) {
    this.subject = subject;
    this.accelerator = accelerator;
    this.catalog = catalog;
    this.now = now;
    const split = Object.values(subject.serving.parallelism ?? {});
    this.spansNoNetwork = !subject.trains && !split.some((part) => typeof part === 'number');
  }

  /**
   * Sizes worth pricing on this offer; a text says why there is none. `largest` is the provider's largest machine of the chip:
   * a run spans machines only of that kind.
   */
  of(offer: Offer, largest: number, reach: Reach): readonly (Estimate | string)[] {
    const { machine } = offer;
    const perNode = machine.perAccelerator ? (this.accelerator.perNode ?? 1) : Math.floor(machine.count);
    const network = machine.networkBytesPerSecondPerAccelerator ?? 0;
    const joined = perNode < largest ? 'single' : Math.round(network / 1e8);
    const spot = offer.capacity === 'spot' ? `spot ${interruptedShare(this.catalog, offer) ?? ''}` : '';
    const stated = this.spansNoNetwork ? '' : (this.interconnectOf(offer) ?? '');
    // A parallel file system is as fast as its provider sells it.
    const stored = this.subject.workload.storage?.type === 'parallel' ? machine.provider : '';
    const key = `${perNode}|${this.spansNoNetwork ? '' : joined}|${this.subject.trains ? spot : ''}|${stated}|${machine.perAccelerator}|${stored}|${this.subject.trains ? reach : ''}`;
    let sizes = this.known.get(key);
    if (!sizes) {
      // A run spans machines only over a network that is known: single cards of a marketplace do not make a cluster.
      const joins = perNode >= largest && (network > 0 || this.accelerator.class === 'tpu');
      sizes = this.subject.trains ? this.runSizes(offer, perNode, joins, reach) : this.fleetSizes(offer, perNode);
      this.known.set(key, sizes);
    }
    return sizes;
  }

  private interconnectOf({ machine }: Offer): string | undefined {
    return machine.provider === this.now?.provider ? this.now.interconnect : undefined;
  }

  private input(offer: Offer, count: number, ask: number | 'auto') {
    const share = interruptedShare(this.catalog, offer);
    return {
      subject: this.subject,
      placement: overNetwork(placementOn(offer.machine, this.accelerator, count), this.interconnectOf(offer)),
      count: ask,
      capacity: offer.capacity,
      ...(share !== undefined && { spotInterruptedShare: share }),
      catalog: this.catalog,
      speeds: this.speeds,
      explain: false,
    };
  }

  /** Counts double until the run fits and is in time; with `all`, for as long as it gains. Where none is in time, the fastest. */
  private runSizes(
    offer: Offer,
    perNode: number,
    spansMachines: boolean,
    reach: Reach,
  ): readonly (Estimate | string)[] {
    const deadline = deadlineOf(this.subject);
    const now = this.now?.durationSeconds?.mid;
    const unasked = Math.min(MOST_UNASKED, Math.max(LEAST_MOST, (this.now?.count ?? 1) * MOST_TIMES_NOW));
    let most = deadline === undefined ? unasked : MOST_ACCELERATORS;
    const slices = this.catalog.sliceSizes(this.accelerator.id);
    const sizes: Estimate[] = [];
    let shortest = Infinity;
    for (
      let count = offer.machine.perAccelerator ? 1 : perNode;
      count <= (spansMachines ? most : perNode);
      count *= 2
    ) {
      if (slices && !slices.includes(count)) continue;
      const result = estimate(this.input(offer, count, count)).value;
      if (result.memory.verdict === 'unknown') return ['its memory or the model’s is not known'];
      if (result.memory.verdict === 'does-not-fit') continue;
      if (!result.durationSeconds) return ['no speed can be estimated for it'];
      const seconds = result.durationSeconds.mid;
      if (reach === 'all' && seconds > shortest * (1 - LEAST_GAIN)) break;
      shortest = Math.min(shortest, seconds);
      sizes.push(result);
      // Past the deadline's count the front goes on as far as it would without one.
      if (deadline !== undefined && seconds <= deadline)
        most = Math.min(most, Math.max(unasked, count * MOST_TIMES_NOW));
      const enough =
        deadline === undefined ? now === undefined || seconds <= now : timingOf(this.subject, result).inTime;
      if (reach === 'enough' && enough) break;
    }
    if (sizes.length === 0) return ['the model does not fit'];
    if (deadline === undefined || reach === 'all') return sizes;
    const inTime = sizes.filter(({ durationSeconds }) => (durationSeconds?.mid ?? Infinity) <= deadline);
    const fastest = sizes.at(-1);
    return inTime.length > 0 || !fastest ? inTime : [fastest];
  }

  /** A service is as large as its load; a job as now, and the fewest machines that keep its deadline. */
  private fleetSizes(offer: Offer, perNode: number): readonly (Estimate | string)[] {
    const { serving } = this.subject;
    const load = serving.requests !== undefined || serving.autoscaling !== undefined;
    if (load && !this.subject.ends) return this.fleetOf(offer, perNode, 'auto');
    const first = this.fleetOf(offer, perNode, this.now?.count ?? perNode);
    const deadline = deadlineOf(this.subject);
    const [size] = first;
    if (deadline === undefined || typeof size !== 'object' || !size.durationSeconds || size.count === null)
      return first;
    const machines = Math.ceil(((size.durationSeconds.mid / deadline) * size.count) / perNode);
    const fewest = Math.max(1, machines) * perNode;
    if (fewest === size.count || fewest > MOST_ACCELERATORS) return first;
    const others = this.fleetOf(offer, perNode, fewest);
    return size.durationSeconds.mid > deadline ? others : [...first, ...others];
  }

  private fleetOf(offer: Offer, perNode: number, ask: number | 'auto'): readonly (Estimate | string)[] {
    const { serving } = this.subject;
    const result = cutFleet(this.input(offer, perNode, ask), (count) =>
      billedUnits(offer.machine, this.accelerator, count),
    ).value;
    if (result.memory.verdict === 'unknown') return ['its memory or the model’s is not known'];
    if (result.memory.verdict === 'does-not-fit') return ['the model does not fit'];
    if (result.together > perNode) return [`a replica needs ${result.together}, the machine holds ${perNode}`];
    if (result.serving?.meetsLatency === false) return ['it misses the latency at any batch'];
    if (result.count === null || result.count === 0) return ['no speed can be estimated for it'];
    const most = serving.autoscaling?.max;
    const needed = replicasForPeak(serving, result.serving?.requestsPerSecondPerReplica?.mid);
    if (most !== undefined && needed !== undefined && needed > most)
      return [`the peak needs ${needed} replicas, over the ${most} of autoscaling`];
    return [result];
  }
}
