/** What the catalogue knows of a thing that a manifest names: chips, models, regions, providers, machines, devices. */
import type { Accelerator, Catalog, EdgeDevice, KnownModel, Machine, Precision, Region } from '../catalog/types.ts';
import {
  formatBytes,
  formatCount,
  formatDataRate,
  formatNumber,
  formatPower,
  formatShare,
  formatUsd,
} from '../manifest/format-quantity.ts';
import { fieldWords } from './hardware-words.ts';
import type { Block } from './markdown.ts';

const FACT_KINDS = ['accelerator', 'model', 'edge-device', 'provider', 'region', 'instance'] as const;

/** Something that the catalogue may know, as a manifest names it. */
export interface NamedFact {
  readonly kind: (typeof FACT_KINDS)[number];
  readonly name: string;
  /** Where it is used: several providers may give the same name to what is theirs. */
  readonly provider?: string;
}

export function isFactKind(kind: string | undefined): kind is NamedFact['kind'] {
  return FACT_KINDS.some((each) => each === kind);
}

/** All that is known of it; nothing of what is not known. */
export function factBlocks(catalog: Catalog, { kind, name, provider }: NamedFact): Block[] {
  switch (kind) {
    case 'accelerator': {
      const match = catalog.resolveAccelerator(name, provider);
      const chip = match.kind === 'id' || match.kind === 'alias' ? catalog.accelerators.get(match.id) : undefined;
      return chip === undefined ? [] : acceleratorBlocks(chip, catalog);
    }
    case 'model': {
      const model = catalog.resolveModel(name);
      return model === undefined ? [] : modelBlocks(model);
    }
    case 'edge-device': {
      const device = catalog.edgeDevices.get(name);
      return device === undefined ? [] : deviceBlocks(device);
    }
    case 'provider':
      return providerBlocks(name, catalog);
    case 'region': {
      const regions = [...catalog.providers.values()].flatMap((each) => each.regions.get(name) ?? []);
      const region = ownOf(regions, provider);
      return region === undefined ? [] : regionBlocks(region);
    }
    case 'instance': {
      const machine = ownOf(catalog.machinesNamed(name), provider);
      return machine === undefined ? [] : machineBlocks(machine, catalog);
    }
    default:
      // A client may send back what it likes.
      return [];
  }
}

/** What is this provider's, or else the first. */
function ownOf<T extends { readonly provider: string }>(
  all: readonly T[],
  provider: string | undefined,
): T | undefined {
  return all.find((each) => each.provider === provider) ?? all[0];
}

const PRECISIONS: readonly Precision[] = ['fp32', 'tf32', 'bf16', 'fp16', 'fp8', 'int8', 'fp4', 'int4'];
const TERA = 1e12;

/** Hourly price of one accelerator over the offers on demand; undefined when none is priced. */
export interface PriceRange {
  readonly low: number;
  readonly high: number;
  readonly offers: number;
}

const prices = new WeakMap<Catalog, Map<string, PriceRange | undefined>>();

/** Low and high of listed on-demand prices per accelerator and hour; marketplaces and doubtful rows left out. */
export function priceRange(catalog: Catalog, acceleratorId: string, provider?: string): PriceRange | undefined {
  const known = prices.get(catalog) ?? new Map<string, PriceRange | undefined>();
  prices.set(catalog, known);
  const key = `${acceleratorId}/${provider ?? ''}`;
  if (!known.has(key)) known.set(key, computeRange(catalog, acceleratorId, provider));
  return known.get(key);
}

function computeRange(catalog: Catalog, accelerator: string, provider: string | undefined): PriceRange | undefined {
  const query = { accelerator, capacity: 'on-demand' as const, ...(provider === undefined ? {} : { provider }) };
  let low = Infinity;
  let high = -Infinity;
  let offers = 0;
  for (const { machine, usdPerHour, suspect } of catalog.offers(query)) {
    if (usdPerHour === undefined || suspect !== undefined) continue;
    if (provider === undefined && catalog.providers.get(machine.provider)?.marketplace === true) continue;
    const each = machine.perAccelerator || machine.count <= 0 ? usdPerHour : usdPerHour / machine.count;
    low = Math.min(low, each);
    high = Math.max(high, each);
    offers += 1;
  }
  return offers === 0 ? undefined : { low, high, offers };
}

/** `$1.99 – $12.3 an hour`. */
export function priceRangeWords({ low, high }: PriceRange): string {
  const [from, to] = [formatUsd(low), formatUsd(high)];
  return from === to ? `${from} an hour` : `${from} – ${to} an hour`;
}

export function acceleratorBlocks(chip: Accelerator, catalog: Catalog): Block[] {
  const rows: string[][] = [];
  const add = (label: string, value: string | undefined): void => {
    if (value !== undefined) rows.push([label, value]);
  };
  add('memory', chip.memoryBytes === undefined ? undefined : formatBytes(chip.memoryBytes));
  add('bandwidth', rateWords(chip.memoryBandwidthBytesPerSecond));
  const peaks = PRECISIONS.flatMap((precision) => {
    const flops = chip.peakFlops[precision];
    return flops === undefined ? [] : [`${precision} ${formatNumber(flops / TERA)}`];
  });
  add('dense peak, T(FL)OP/s', peaks.length === 0 ? undefined : peaks.join(', '));
  add(chip.linkName ?? 'link', rateWords(chip.linkBytesPerSecond));
  add('power', chip.tdpWatts === undefined ? undefined : formatPower(chip.tdpWatts));
  const range = priceRange(catalog, chip.id);
  add(
    'on demand',
    range === undefined ? undefined : `${priceRangeWords(range)} (${formatNumber(range.offers)} offers)`,
  );
  const providers = catalog.providersOf(chip.id);
  add('offered by', providers.length === 0 ? undefined : providers.join(', '));
  return [
    { kind: 'title', text: `${chip.name} (${chip.vendor})` },
    ...(rows.length === 0 ? [] : [{ kind: 'table', rows: [['', ''], ...rows] } as const]),
    ...(chip.inferenceOnly ? [{ kind: 'text', text: 'For inference only.' } as const] : []),
    ...originNote(chip),
    ...sourceNote(chip.source),
  ];
}

/** Which of the numbers above no source states, and which were computed. */
function originNote({ unsourced, derived }: Accelerator): Block[] {
  const parts = [
    unsourced.length === 0 ? '' : `No source states: ${unsourced.map(fieldWords).join(', ')}.`,
    derived.length === 0 ? '' : `Computed: ${derived.map(fieldWords).join(', ')}.`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? [] : [{ kind: 'note', text: parts.join(' ') }];
}

export function modelBlocks(model: KnownModel): Block[] {
  const rows: string[][] = [['parameters', formatCount(model.parameters)]];
  if (model.activeParameters !== model.parameters)
    rows.push(['active for a token', formatCount(model.activeParameters)]);
  const add = (label: string, value: number | undefined): void => {
    if (value !== undefined) rows.push([label, formatCount(value)]);
  };
  add('layers', model.layers);
  add('hidden size', model.hiddenSize);
  add('heads', model.heads);
  add('key/value heads', model.kvHeads);
  add('experts', model.experts);
  add('context', model.contextLength);
  return [
    { kind: 'title', text: `${model.name} (${model.family})` },
    { kind: 'table', rows: [['', ''], ...rows], numbers: [1] },
    { kind: 'note', text: `Parameters: ${model.parametersBasis}.` },
    ...sourceNote(model.source, model.asOf),
  ];
}

export function regionBlocks(region: Region): Block[] {
  const rows: string[][] = [
    ['place', [region.name, region.country].filter((part) => part !== '').join(', ')],
    ['geography', region.geography],
  ];
  if (region.gridGramsCo2PerKwh !== undefined)
    rows.push([
      'grid',
      `${formatNumber(region.gridGramsCo2PerKwh)} g CO₂ per kWh${inBrackets([region.gridYear, region.gridBasis])}`,
    ]);
  if (region.pue !== undefined)
    rows.push(['power usage effectiveness', `${formatNumber(region.pue)}${inBrackets([region.pueScope])}`]);
  if (region.carbonFreeShare !== undefined) rows.push(['carbon-free energy', formatShare(region.carbonFreeShare)]);
  return [
    { kind: 'title', text: `${region.provider} ${region.id}` },
    { kind: 'table', rows: [['', ''], ...rows] },
    ...sourceNote(region.source ?? '', region.asOf),
  ];
}

export function machineBlocks(machine: Machine, catalog: Catalog): Block[] {
  const rows: string[][] = [];
  if (machine.count > 0) rows.push(['accelerators', `${formatNumber(machine.count)} × ${machine.accelerator}`]);
  if (machine.vcpus !== undefined) rows.push(['vCPUs', formatNumber(machine.vcpus)]);
  if (machine.hostMemoryBytes !== undefined) rows.push(['host memory', formatBytes(machine.hostMemoryBytes)]);
  if (machine.network !== undefined) rows.push(['network', machine.network]);
  const offers = catalog.offers({ provider: machine.provider, instance: machine.instance, capacity: 'on-demand' });
  const priced = offers.flatMap((offer) => (offer.usdPerHour === undefined ? [] : [offer]));
  const hourly = priced.map(({ usdPerHour }) => usdPerHour ?? 0);
  if (hourly.length > 0) {
    const range = { low: Math.min(...hourly), high: Math.max(...hourly), offers: hourly.length };
    rows.push(['on demand', priceRangeWords(range) + (machine.perAccelerator ? ' each' : '')]);
  }
  return [
    { kind: 'title', text: `${machine.provider} ${machine.instance}` },
    ...(rows.length === 0 ? [] : [{ kind: 'table', rows: [['', ''], ...rows] } as const]),
    ...sourceNote(priced[0]?.source ?? '', priced[0]?.asOf),
  ];
}

export function providerBlocks(id: string, catalog: Catalog): Block[] {
  const provider = catalog.providers.get(id);
  if (provider === undefined) return [];
  const chips = [...catalog.accelerators.keys()].filter((chip) => catalog.providersOf(chip).includes(id));
  return [
    { kind: 'title', text: id },
    ...(chips.length === 0 ? [] : [{ kind: 'text', text: `Offers ${chips.join(', ')}.` } as const]),
    ...(provider.marketplace
      ? [{ kind: 'text', text: 'A marketplace of private hosts: its lowest prices are no quotes.' } as const]
      : []),
  ];
}

export function deviceBlocks(device: EdgeDevice): Block[] {
  const rows: string[][] = [['chip', device.chip]];
  if (device.memoryBytes !== undefined) rows.push(['memory', formatBytes(device.memoryBytes)]);
  if (device.int8Ops !== undefined) rows.push(['int8', `${formatNumber(device.int8Ops / TERA)} TOP/s`]);
  if (device.powerModesWatts.length > 0) rows.push(['power', device.powerModesWatts.map(formatPower).join(', ')]);
  if (device.priceUsd !== undefined) rows.push(['price', formatUsd(device.priceUsd)]);
  return [
    { kind: 'title', text: device.id },
    { kind: 'table', rows: [['', ''], ...rows] },
    ...sourceNote(device.source, device.asOf),
  ];
}

/** ` (2024, provider average)`; '' where nothing is said. */
function inBrackets(parts: readonly (string | undefined)[]): string {
  const said = parts.filter((part) => part !== undefined && part !== '');
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}

function rateWords(bytesPerSecond: number | undefined): string | undefined {
  return bytesPerSecond === undefined ? undefined : formatDataRate(bytesPerSecond);
}

function sourceNote(source: string, asOf = ''): Block[] {
  if (source === '') return [];
  return [{ kind: 'note', text: `Source: ${source}${asOf === '' ? '' : ` (${asOf})`}` }];
}
