/** Public price sources in their real formats, made from the embedded catalogue so that names and sizes are real ones. */
import { zipSync } from 'fflate';
import { embeddedCatalog } from '../../server/src/catalog/embedded.ts';
import type { Offer } from '../../server/src/catalog/types.ts';

const catalog = embeddedCatalog();

/** How a source's prices differ from the embedded ones. */
export type Reprice = (usdPerHour: number, offer: Offer) => number;

function priced(provider: string, capacities: readonly Offer['capacity'][]): readonly Offer[] {
  return catalog
    .offers({ provider })
    .filter(
      (offer) =>
        offer.usdPerHour !== undefined &&
        offer.suspect === undefined &&
        capacities.includes(offer.capacity) &&
        !offer.machine.perAccelerator,
    );
}

/** A region that the catalogue knows of a provider, for prices that it ties to none. */
function firstRegion(provider: string): string {
  return [...(catalog.providers.get(provider)?.regions.keys() ?? [])][0] ?? 'FIN-01';
}

/** `catalogs/v8/<provider>/vms.csv`: a line for each zone, GPU names quoted with a Python dictionary. */
export function skypilotCsv(provider: string, reprice: Reprice, region = firstRegion(provider)): string {
  const lines = [
    'InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Price,SpotPrice,Region,AvailabilityZone',
  ];
  for (const offer of priced(provider, ['on-demand'])) {
    const { machine } = offer;
    const place = offer.region === 'any' ? region : offer.region;
    const price = reprice(offer.usdPerHour ?? 0, offer);
    const chip = machine.count === 0 ? '' : machine.accelerator;
    const info =
      chip === ''
        ? ''
        : `"{'Gpus': [{'Name': '${chip}', 'Manufacturer': 'NVIDIA', 'Count': ${String(machine.count)}}]}"`;
    for (const [zone, factor] of [
      ['az1', 0.4],
      ['az2', 0.5],
      ['az3', 1],
    ] as const) {
      const spot = provider === 'aws' && machine.count > 0 ? String(price * factor) : '';
      lines.push(
        `${machine.instance},${chip},${machine.count === 0 ? '' : machine.count.toFixed(1)},8.0,64.0,${info},${String(price)},${spot},${place},${place}-${zone}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

/** GitHub's list of the commits that touched a file. */
export function commitsJson(sha: string, day: string): string {
  const person = { name: 'bot', email: 'bot@example.com', date: `${day}T02:11:54Z` };
  return JSON.stringify([
    { sha, commit: { author: person, committer: person, message: 'Update' }, url: 'https://example.com' },
  ]);
}

/** The meters of Azure's machines, with those that are to be left out, in pages. */
export function azureItems(reprice: Reprice): readonly object[] {
  return priced('azure', ['on-demand', 'spot', 'reserved-1y', 'reserved-3y']).flatMap((offer) => {
    const item = azureItem(offer, reprice(offer.usdPerHour ?? 0, offer));
    return offer.capacity === 'on-demand'
      ? [
          item,
          { ...item, productName: 'Virtual Machines ND Series Windows', retailPrice: 999 },
          { ...item, skuName: 'x Low Priority' },
        ]
      : [item];
  });
}

export function azureItem(offer: Offer, usdPerHour: number): Record<string, unknown> {
  const years = offer.capacity === 'reserved-1y' ? 1 : offer.capacity === 'reserved-3y' ? 3 : 0;
  const name = offer.machine.instance.replace(/^Standard_/, '');
  const meterName = offer.capacity === 'spot' ? `${name} Spot` : name;
  return {
    currencyCode: 'USD',
    tierMinimumUnits: 0,
    retailPrice: years > 0 ? usdPerHour * years * 8760 : usdPerHour,
    unitPrice: years > 0 ? usdPerHour * years * 8760 : usdPerHour,
    armRegionName: offer.region,
    location: 'US East',
    effectiveStartDate: '2026-01-01T00:00:00Z',
    meterId: '00000000-0000-0000-0000-000000000000',
    meterName,
    productId: 'DZH318Z0',
    skuId: 'DZH318Z0/0001',
    availabilityId: null,
    productName: 'Virtual Machines Series',
    skuName: meterName,
    serviceName: 'Virtual Machines',
    serviceId: 'DZH313Z7MMC8',
    serviceFamily: 'Compute',
    unitOfMeasure: '1 Hour',
    type: years > 0 ? 'Reservation' : 'Consumption',
    isPrimaryMeterRegion: true,
    armSkuName: offer.machine.instance,
    ...(years > 0 ? { reservationTerm: years === 1 ? '1 Year' : '3 Years' } : {}),
  };
}

export function azurePage(items: readonly object[], next: string | null): string {
  return JSON.stringify({
    BillingCurrency: 'USD',
    CustomerEntityId: 'Default',
    CustomerEntityType: 'Retail',
    Items: items,
    NextPageLink: next,
    Count: items.length,
  });
}

/** `spot-advisor-data.json`. */
export function advisorJson(savingsPercent: number): string {
  const regions: Record<string, { Linux: Record<string, object>; Windows: object }> = {};
  for (const { machine, region } of priced('aws', ['on-demand'])) {
    const entry = (regions[region] ??= { Linux: { 'm99.unheard': { s: 50, r: 1 } }, Windows: {} });
    if (machine.count > 0) entry.Linux[machine.instance] = { s: savingsPercent, r: 4 };
  }
  return JSON.stringify({
    global_rate: '10%',
    instance_types: { 'p5.48xlarge': { emr: true, cores: 192, ram_gb: 2048 } },
    ranges: ['<5%', '5-10%', '10-15%', '15-20%', '>20%'].map((label, index) => ({
      index,
      label,
      dots: index,
      max: 100,
    })),
    spot_advisor: regions,
  });
}

/** gpuhunt's CSV of a provider. */
export function gpuhuntCsv(provider: string, reprice: Reprice): string {
  const header =
    'instance_name,location,price,cpu,memory,gpu_count,gpu_name,gpu_memory,spot,disk_size,gpu_vendor,flags,cpu_arch,provider_data';
  const lines = priced(provider, ['on-demand'])
    .filter(({ machine }) => machine.count >= 1)
    .map((offer) => {
      const price = String(reprice(offer.usdPerHour ?? 0, offer));
      const { machine } = offer;
      const place = offer.region === 'any' ? firstRegion(provider) : offer.region;
      const memory = Math.round((catalog.accelerators.get(machine.accelerator)?.memoryBytes ?? 0) / 2 ** 30).toFixed(1);
      const chip = machine.accelerator.replace(/-.*$/, '').toUpperCase();
      return `${machine.instance.replace('_', ' ')},${place},${price},8,64.0,${String(machine.count)},${chip},${memory},False,,nvidia,[],x86,{}`;
    });
  return `${[header, ...lines].join('\n')}\n`;
}

export function zipOf(name: string, text: string): Uint8Array {
  return zipSync({ [name]: new TextEncoder().encode(text) });
}
