/** Lines of data: where it is kept, what its way to the accelerators costs, what leaves the provider. */
import type { EgressRoute, RegionKey } from '../catalog/egress-price.ts';
import { ANY_REGION } from '../catalog/offer-index.ts';
import { BYTES_PER_GB, type PriceTier } from '../catalog/price-tiers.ts';
import type { PricedStorage, StorageQuote } from '../catalog/storage-price.ts';
import type { Catalog } from '../catalog/types.ts';
import type { LineDraft } from './cost.ts';
import { HOURS_PER_MONTH } from './cost.ts';
import { exact, scale, mapEnds } from './range.ts';
import type { Assumption, CostKind, CostLine, Period, Range, Unknown } from './types.ts';
import { hoursOf, type Bill, type CostContext } from './workload-cost.ts';

/** A cloud region, owned premises, or the field; undefined: not known. */
type Place = RegionKey | 'home' | 'field' | undefined;

/** Something without a price, and the most that it can cost at the dearest price that the catalogue knows of its kind. */
export interface Unpriced extends Unknown {
  readonly period: Period;
  readonly atMostUsd: number;
}

/** Over every price of its kind in the catalogue (a test holds that): disks and the internet to China. */
export const DEAREST_USD_PER_GB = { storageMonth: 0.28, transfer: 0.25 };

/** How the lines begin that pay for the way of the data to the accelerators. */
const DATA_ON_ITS_WAY = 'data to the accelerators';

const DEFAULT_KEEP = 2;

const storagePrices = new WeakMap<Catalog, Map<string, StorageQuote | undefined>>();

/** Looked up once for each place: every alternative of a search asks again. */
function storagePrice(catalog: Catalog, place: RegionKey, type: PricedStorage): StorageQuote | undefined {
  const known = storagePrices.get(catalog) ?? new Map<string, StorageQuote | undefined>();
  storagePrices.set(catalog, known);
  const key = `${type} ${place.provider} ${place.region}`;
  if (!known.has(key)) known.set(key, catalog.storagePrice({ ...place, type }));
  return known.get(key);
}

/** Collects lines of one workload. */
class DataBill {
  readonly lines: LineDraft[] = [];
  readonly unpriced: Unpriced[] = [];
  readonly assumptions: Assumption[] = [];
  readonly context: CostContext;
  readonly period: Period;
  readonly compute: Place;

  constructor(context: CostContext) {
    this.context = context;
    this.period = context.subject.ends ? 'run' : 'month';
    this.compute = computePlace(context);
  }

  /** Keeps `bytes` for so many months. */
  keep(name: string, kind: CostKind, place: Place, type: string, bytes: Range, months: Range, path: string): void {
    if (typeof place !== 'object' || bytes.mid <= 0) return;
    const amount = mapEnds((end) => bytes[end] * months[end]);
    const priced = pricedType(type);
    if (priced === 'included') return;
    const quote = priced && storagePrice(this.context.catalog, place, priced);
    if (!quote) {
      this.miss(
        path,
        `no price of ${type} storage at ${place.provider} is known: ${name} is left out`,
        amount.high,
        DEAREST_USD_PER_GB.storageMonth,
      );
      return;
    }
    const from = quote.basis === 'list' ? '' : ` (price of ${quote.region}: that of ${place.region} is not known)`;
    this.tiered(
      `${name}: ${quote.product}, ${place.provider} ${place.region}`,
      kind,
      amount,
      quote.tiers,
      'GB-month',
      `${quote.source}${from}`,
      quote.asOf,
      this.period,
    );
  }

  /** Moves `bytes` over a route; free into a cloud, within a region, and at home. */
  move(name: string, from: Place, to: Place | 'internet', bytes: Range, period: Period, path: string): void {
    if (typeof from !== 'object' || to === undefined || bytes.mid <= 0) return;
    if (
      typeof to === 'object' &&
      to.provider === from.provider &&
      (to.region === from.region || to.region === ANY_REGION)
    )
      return;
    const route: EgressRoute = { from, to: typeof to === 'object' ? to : 'internet' };
    const quote = this.context.catalog.egressPrice(route);
    if (!quote) {
      const where = typeof to === 'object' ? `${to.provider} ${to.region}` : 'the internet';
      this.miss(
        path,
        `no price of transfers from ${from.provider} ${from.region} to ${where} is known: ${name} is left out`,
        bytes.high,
        DEAREST_USD_PER_GB.transfer,
        period,
      );
      return;
    }
    this.tiered(`${name}, ${quote.direction}`, 'transfer', bytes, quote.tiers, 'GB', quote.source, quote.asOf, period);
  }

  /** One line for each step of the price that the amount reaches. */
  private tiered(
    name: string,
    kind: CostKind,
    bytes: Range,
    tiers: readonly PriceTier[],
    unit: string,
    source: string,
    asOf: string,
    period: Period,
  ): void {
    let from = 0;
    for (const { upToBytes, usdPerGb } of tiers) {
      const start = from;
      const within = mapEnds((end) => Math.max(0, Math.min(bytes[end], upToBytes) - start) / BYTES_PER_GB);
      from = upToBytes;
      if (within.high <= 0) break;
      this.lines.push({ name, kind, period, quantity: within, unit, unitPriceUsd: exact(usdPerGb), source, asOf });
    }
  }

  private miss(path: string, why: string, bytes: number, usdPerGb: number, period: Period = this.period): void {
    this.unpriced.push({ path, why, period, atMostUsd: (bytes / BYTES_PER_GB) * usdPerGb });
  }
}

/** Storage, checkpoints and transfers. What has no price is told with the most that it can cost: whether it matters is seen beside the rest. */
export function dataLines(
  context: CostContext,
): Pick<Bill, 'lines' | 'assumptions'> & { readonly unpriced: readonly Unpriced[] } {
  const bill = new DataBill(context);
  const { data, storage } = context.subject.workload;
  const hours = hoursOf(context);
  // Stored all month, however many hours a service runs.
  const months = context.subject.ends ? hours && scale(hours, 1 / HOURS_PER_MONTH) : exact(1);
  if (months) {
    storageLines(bill, months);
    checkpointLines(bill, months);
    if (data?.egress !== undefined)
      bill.move('egress', bill.compute, 'internet', scale(months, data.egress), bill.period, 'data.egress');
  }
  const size = data?.size ?? storage?.size;
  if (data?.location !== undefined && size !== undefined && bill.compute !== 'field')
    bill.move(
      DATA_ON_ITS_WAY,
      placeOf(data.location),
      bill.compute === 'home' ? 'internet' : bill.compute,
      exact(size),
      context.subject.ends ? 'run' : 'upfront',
      'data.location',
    );
  zoneLines(bill);
  return { lines: bill.lines, assumptions: bill.assumptions, unpriced: bill.unpriced };
}

/** Those of a plan's lines that pay for the way of the data to the accelerators: none where it lies beside them. */
export function dataTransferLines(lines: readonly CostLine[]): readonly CostLine[] {
  return lines.filter(({ kind, name }) => kind === 'transfer' && name.startsWith(DATA_ON_ITS_WAY));
}

function storageLines(bill: DataBill, months: Range): void {
  const { data, storage } = bill.context.subject.workload;
  const type = storage?.type ?? 'object';
  const at = data?.location === undefined ? bill.compute : placeOf(data.location);
  const elsewhere = data?.location !== undefined && !samePlace(at, bill.compute);
  if (storage?.size !== undefined)
    bill.keep('storage', 'storage', bill.compute, type, exact(storage.size), months, 'storage');
  // What is stored beside the accelerators is the data, unless the data lies elsewhere.
  if (data?.size !== undefined && (storage?.size === undefined || elsewhere))
    bill.keep('data', 'storage', at, elsewhere ? 'object' : type, exact(data.size), months, 'data.size');
}

function checkpointLines(bill: DataBill, months: Range): void {
  const { estimate, subject } = bill.context;
  const { checkpointing } = subject.workload;
  if (!subject.trains || typeof checkpointing !== 'object' || !estimate.faults) return;
  const { optimum, intervalSeconds, workSeconds } = estimate.faults;
  const { place, type } = checkpointPlace(bill, checkpointing.storage, checkpointing.location);
  if (typeof place !== 'object' || type === 'included') return;
  if (checkpointing.keep === undefined)
    bill.assumptions.push({
      path: 'checkpointing.keep',
      value: DEFAULT_KEEP,
      why: 'the last, and the one before while it is written',
    });
  bill.keep(
    'checkpoints',
    'checkpoints',
    place,
    type,
    scale(optimum.bytes, checkpointing.keep ?? DEFAULT_KEEP),
    months,
    'checkpointing.storage',
  );
  if (workSeconds && intervalSeconds !== 'none' && !samePlace(place, bill.compute)) {
    const written = mapEnds((end) => optimum.bytes[end] * Math.ceil(workSeconds[end] / intervalSeconds));
    bill.move('checkpoints on their way', bill.compute, place, written, bill.period, 'checkpointing.location');
  }
}

const BUCKETS: Readonly<Record<string, string>> = { s3: 'aws', gs: 'gcp', az: 'azure' };

/** Where checkpoints go and onto what. A path is a file system that is there already, or goes with its machine. */
function checkpointPlace(
  bill: DataBill,
  storage: string | undefined,
  location: string | undefined,
): { readonly place: Place; readonly type: string } {
  const scheme = /^(s3|gs|az):/.exec(storage ?? '')?.[1];
  if (storage?.startsWith('/')) return { place: undefined, type: 'included' };
  const type = scheme === undefined ? (storage ?? 'object') : 'object';
  const { compute } = bill;
  if (location !== undefined) return { place: placeOf(location), type };
  const provider = scheme && BUCKETS[scheme];
  if (provider === undefined || (typeof compute === 'object' && compute.provider === provider))
    return { place: compute, type };
  return { place: { provider, region: ANY_REGION }, type };
}

/**
 * A run over several zones: each step, gradients are summed around a ring of machines that crosses every zone's border with
 * twice their bytes (`2 (D − 1)/D`, Patarasuk and Yuan 2009). Adapters are too small to matter.
 */
function zoneLines(bill: DataBill): void {
  const { subject, estimate, rental } = bill.context;
  const { target } = subject.workload;
  const zones = typeof target === 'object' ? target.zones : undefined;
  const model = subject.model.value;
  const { compute } = bill;
  if (!subject.trains || zones === undefined || zones < 2 || !model || typeof compute !== 'object' || !rental) return;
  const step = estimate.training?.stepSeconds;
  const work = estimate.faults?.workSeconds;
  if ((subject.training.method ?? 'full') !== 'full' || !step || !work || rental.nodes < 2) return;
  const steps = work.mid / Math.max(step.mid, 1e-9);
  const bytes = steps * 2 * 2 * model.parameters * Math.min(zones, rental.nodes);
  const quote = bill.context.catalog.egressPrice({ from: compute, to: 'other-zone' });
  if (!quote) {
    bill.unpriced.push({
      path: 'target.zones',
      why: `no price of transfers between the zones of ${compute.provider} ${compute.region} is known`,
      period: 'run',
      atMostUsd: (bytes / BYTES_PER_GB) * DEAREST_USD_PER_GB.transfer,
    });
    return;
  }
  bill.lines.push({
    name: `gradients between ${String(zones)} zones`,
    kind: 'transfer',
    period: 'run',
    quantity: { low: bytes / 2 / BYTES_PER_GB, mid: bytes / BYTES_PER_GB, high: (bytes * 2) / BYTES_PER_GB },
    unit: 'GB',
    unitPriceUsd: exact(quote.usdPerGb),
    source: quote.source,
    asOf: quote.asOf,
  });
}

/** The types that the catalogue prices; `included`: part of the machine's price. */
function pricedType(type: string): PricedStorage | 'included' | undefined {
  if (type === 'nvme' || type === 'ephemeral' || type === 'included') return 'included';
  return type === 'object' ? 'object' : undefined;
}

function computePlace({ site, rental }: CostContext): Place {
  if (site.kind === 'edge') return 'field';
  if (site.kind !== 'cloud') return 'home';
  return rental && { provider: rental.offer.machine.provider, region: rental.offer.region };
}

/** `aws/us-east-1`, `on-premises`, `edge`, or a cluster's name. */
function placeOf(location: string): Place {
  if (location === 'edge') return 'field';
  const [provider = '', region] = location.split('/');
  return region === undefined ? 'home' : { provider, region };
}

function samePlace(a: Place, b: Place): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return a.provider === b.provider && (a.region === b.region || a.region === ANY_REGION || b.region === ANY_REGION);
}
