/** Lines of an edge fleet: devices are bought, and draw power for as long as they run. */
import type { LineDraft } from './cost.ts';
import { formatNumber } from '../manifest/format-quantity.ts';
import { exact, scale } from './range.ts';
import type { Site } from './resolve.ts';
import type { Range, Unknown } from './types.ts';
import { hoursOf, type Bill, type CostContext } from './workload-cost.ts';

/**
 * US industrial average of 2025 between the range of prices that data centres are planned with. Devices in homes and shops
 * pay more: the high end is the upper part of what households pay.
 */
const ELECTRICITY_USD_PER_KWH: Range = { low: 0.06, mid: 0.0826, high: 0.2 };
const ELECTRICITY_SOURCE =
  'US industrial average, EIA as coded in github:epoch-research/training-cost-trends@263c40a15930';
const SECONDS_PER_MONTH = 730 * 3600;
/** Power drawn over the largest power mode. */
const DRAW: Range = { low: 0.5, mid: 0.8, high: 1 };

/** `site.priceUsd` absent: nothing has a price. */
export function edgeLines(context: CostContext, site: Extract<Site, { kind: 'edge' }>): Bill {
  const { subject } = context;
  const { edge } = subject.workload;
  const devices = edge?.fleetSize ?? 1;
  const lines: LineDraft[] = [];
  if (site.priceUsd !== undefined)
    lines.push({
      name: `devices: ${edge?.device ?? site.accelerator.id}`,
      kind: 'devices',
      period: 'upfront',
      quantity: exact(devices),
      unit: 'device',
      unitPriceUsd: exact(site.priceUsd),
      source: site.priceSource ?? '',
      asOf: site.priceAsOf ?? '',
    });
  const watts = Math.min(site.accelerator.tdpWatts ?? Infinity, edge?.powerBudget ?? Infinity);
  const hours = hoursOf(context);
  if (Number.isFinite(watts) && hours)
    lines.push({
      name: 'energy of the devices',
      kind: 'energy',
      period: subject.ends ? 'run' : 'month',
      quantity: scale(
        { low: hours.low * DRAW.low, mid: hours.mid * DRAW.mid, high: hours.high * DRAW.high },
        (watts * devices) / 1000,
      ),
      unit: 'kWh',
      unitPriceUsd: ELECTRICITY_USD_PER_KWH,
      source: ELECTRICITY_SOURCE,
      asOf: '2025',
    });
  const mobile = mobileData(edge?.connectivity, edge?.sync, devices);
  return {
    lines,
    rates: [],
    hourlyUsd: null,
    priced: lines.some(({ period }) => period !== 'upfront'),
    atLeast: site.priceUsd === undefined || !Number.isFinite(watts) || mobile !== undefined,
    assumptions: [],
    unknown: mobile ? [mobile] : [],
  };
}

/** What devices send home is free of charge for the cloud that receives it; a mobile network bills it, at prices that no source here states. */
function mobileData(connectivity: string | undefined, sync: number | undefined, devices: number): Unknown | undefined {
  if (connectivity !== 'cellular' || sync === undefined || sync <= 0) return undefined;
  const gigabytes = (sync * devices * SECONDS_PER_MONTH) / 1e9;
  return {
    path: 'edge.sync',
    why: `no price of mobile data is known: the ${formatNumber(gigabytes)} GB a month that the fleet sends are left out`,
  };
}
