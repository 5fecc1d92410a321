/** `ai-infra hardware`: chips and offers as text for a terminal and as JSON. */
import type { Catalog, Offer } from '../catalog/types.ts';
import { plainUsd } from '../features/amounts.ts';
import type { Hardware, HardwareChip, HardwareFilter, HardwareOffer } from '../features/hardware.ts';
import { chipFacts, offerNotes, priceWords } from '../features/hardware-words.ts';
import { formatBytes, formatDataRate, formatNumber } from '../manifest/format-quantity.ts';
import { inert, type Paint } from './paint.ts';
import { cut, table, wrap, type Column } from './table.ts';

const TERA = 1e12;
/** Between two columns of a table. */
const GAP = 2;
/** Characters that a machine's name is worth showing in. */
const LEAST_MACHINE = 14;

export interface HardwareTextOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** Most rows of offers. */
  readonly limit: number;
  readonly paint: Paint;
  /** Sentences that say why nothing matches. */
  readonly why?: readonly string[];
}

export function hardwareText(hardware: Hardware, filter: HardwareFilter, options: HardwareTextOptions): string {
  const { chips, offers } = hardware;
  const { width, limit, paint } = options;
  if (chips.length === 0)
    return ['No hardware matches.', ...(options.why ?? [])]
      .flatMap((line) => wrap(inert(line), width, ''))
      .map((line) => `${line}\n`)
      .join('');
  const [only] = chips;
  const lines = only !== undefined && chips.length === 1 ? chipLines(only, options) : chipTable(chips, options);
  if (offers.length === 0) {
    lines.push('', 'Nobody in the catalogue rents it out.');
  } else if (chips.length === 1 || asksAboutOffers(filter)) {
    lines.push('', ...offerTable(offers.slice(0, limit), chips.length > 1, filter, options));
    if (offers.length > limit)
      lines.push(paint('dim', `${String(offers.length - limit)} more: --limit ${String(offers.length)}`));
    lines.push('', ...footnotes(offers.slice(0, limit), width).map((line) => paint('dim', line)));
  } else {
    const hint = 'Offers: name a chip with --accelerator, or narrow with --provider, --region, --capacity, --price.';
    lines.push('', ...wrap(hint, width, '').map((line) => paint('dim', line)));
  }
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function asksAboutOffers({ providers, regions, capacities, maxUsdPerHour, count }: HardwareFilter): boolean {
  return [providers, regions, capacities, maxUsdPerHour, count].some((asked) => asked !== undefined);
}

function chipLines(chip: HardwareChip, { width, paint }: HardwareTextOptions): string[] {
  const { accelerator } = chip;
  const maker = accelerator.vendor === '' ? '' : ` (${inert(accelerator.vendor)})`;
  return [
    `${paint('bold', inert(accelerator.id))}  ${inert(accelerator.name)}${maker}`,
    ...chipFacts(chip).flatMap(([label, value]) => hang(`${label}: ${inert(value)}`, width)),
  ];
}

function hang(text: string, width: number): string[] {
  const [first = '', ...rest] = wrap(text, width - 2, '    ');
  return [`  ${first.trimStart()}`, ...rest];
}

function chipTable(chips: readonly HardwareChip[], { width, paint }: HardwareTextOptions): string[] {
  const columns: readonly Column[] = [
    { title: 'accelerator' },
    { title: 'memory', align: 'right' },
    { title: 'bandwidth', align: 'right', expendable: 3 },
    { title: 'bf16 TFLOP/s', align: 'right', expendable: 2 },
    { title: 'on demand', align: 'right' },
    { title: 'spot', align: 'right' },
    { title: 'providers', align: 'right', expendable: 1 },
    { title: 'pytorch', expendable: 4 },
    { title: 'jax', expendable: 5 },
  ];
  const rows = chips.map(({ accelerator, cheapest, providers, frameworks }) => {
    const maturity = (name: string): string => frameworks.find(({ framework }) => framework === name)?.maturity ?? '';
    const peak = accelerator.peakFlops.bf16;
    return [
      accelerator.id,
      accelerator.memoryBytes === undefined ? '' : formatBytes(accelerator.memoryBytes),
      accelerator.memoryBandwidthBytesPerSecond === undefined
        ? ''
        : formatDataRate(accelerator.memoryBandwidthBytesPerSecond),
      peak === undefined ? '' : formatNumber(peak / TERA),
      each(cheapest['on-demand']),
      each(cheapest.spot),
      String(providers.length),
      maturity('pytorch'),
      maturity('jax'),
    ];
  });
  const [head = '', ...body] = table(columns, rows, width);
  const legend = 'On demand and spot: the lowest trusted price of one accelerator and hour.';
  return [paint('dim', head), ...body, '', ...wrap(legend, width, '')];
}

function each(offer: HardwareOffer | undefined): string {
  return offer?.usdPerAcceleratorHour === undefined ? '' : plainUsd(offer.usdPerAcceleratorHour);
}

function offerTable(
  offers: readonly HardwareOffer[],
  severalChips: boolean,
  filter: HardwareFilter,
  { width, paint }: HardwareTextOptions,
): string[] {
  const columns: readonly Column[] = [
    { title: 'provider' },
    ...(severalChips ? [{ title: 'accelerator' }] : []),
    { title: 'machine', expendable: 2 },
    { title: 'capacity' },
    { title: 'each, h', align: 'right' },
    { title: filter.count === undefined ? 'machine, h' : `all ${String(filter.count)}, h`, align: 'right' },
    { title: '' },
    { title: 'region', expendable: 1 },
    { title: 'as of' },
  ];
  const rows = offers.map((one) => {
    const { machine, asOf, capacity } = one.offer;
    return [
      machine.provider,
      ...(severalChips ? [machine.accelerator] : []),
      machineWords(one, filter.count !== undefined),
      capacity,
      priceWords(one.usdPerAcceleratorHour),
      one.usdPerHour === undefined ? '' : priceWords(one.usdPerHour),
      offerNotes(one)
        .map(({ mark }) => mark)
        .join(''),
      regionsWords(one.regions),
      asOf === '' ? 'undated' : asOf,
    ].map(inert);
  });
  const [head = '', ...body] = table(columns, narrowed(columns, rows, severalChips ? 2 : 1, width), width);
  return [paint('dim', head), ...body];
}

/** Names of machines are long: their column takes what the others leave, and goes where that is too little to tell them apart. */
function narrowed(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  column: number,
  width: number,
): readonly (readonly string[])[] {
  const others = columns.reduce((sum, { title }, index) => {
    const widest = Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0));
    return index === column ? sum : sum + widest + GAP;
  }, 0);
  const left = width - others;
  if (left < LEAST_MACHINE) return rows;
  return rows.map((row) => row.map((cell, index) => (index === column ? cut(cell, left) : cell)));
}

/** `8 × p5.48xlarge`; the number only where a count was asked for. */
function machineWords({ offer, units }: HardwareOffer, counted: boolean): string {
  const { machine } = offer;
  const name = machine.perAccelerator ? `${machine.instance}, each` : machine.instance;
  return counted ? `${String(units)} × ${machine.instance}` : name;
}

/** `us-east-1 +12`: the cheapest, and how many others. */
export function regionsWords(regions: readonly string[]): string {
  const [first] = regions;
  if (first === undefined) return 'any';
  return regions.length === 1 ? first : `${first} +${String(regions.length - 1)}`;
}

/** What the marks in the table mean. */
function footnotes(offers: readonly HardwareOffer[], width: number): string[] {
  const explained = new Map(offers.flatMap(offerNotes).map((note) => [note.mark, note]));
  return [
    'Of the regions that match the cheapest is named, + how many others. Sources are in --format json.',
    ...[...explained.values()].map(({ mark, word, meaning }) => `${mark} ${word}: ${meaning}`),
  ].flatMap((line) => wrap(line, width, ''));
}

export function hardwareJson(
  hardware: Hardware,
  filter: HardwareFilter,
  catalog: Catalog,
  limit: number | undefined,
): string {
  const { chips, offers } = hardware;
  const shown = limit === undefined ? offers : offers.slice(0, limit);
  const output = {
    schemaVersion: 1,
    catalog: { asOf: catalog.asOf, digest: catalog.digest },
    filter,
    accelerators: chips.map(({ accelerator, frameworks, engines, providers }) => ({
      ...accelerator,
      frameworks,
      engines,
      providers,
    })),
    offers: shown.map(offerJson),
    omittedOffers: offers.length - shown.length,
  };
  return `${JSON.stringify(output, null, 2)}\n`;
}

function offerJson(one: HardwareOffer) {
  const { machine, ...offer }: Offer = one.offer;
  const { usdPerHour: usdPerUnitHour, ...rest } = offer;
  return {
    provider: machine.provider,
    instance: machine.instance,
    accelerator: machine.accelerator,
    acceleratorsPerUnit: machine.count,
    unit: machine.perAccelerator ? 'accelerator' : 'machine',
    units: one.units,
    ...rest,
    regions: one.regions,
    usdPerUnitHour: usdPerUnitHour ?? null,
    usdPerAcceleratorHour: one.usdPerAcceleratorHour ?? null,
    usdPerHour: one.usdPerHour ?? null,
    marketplace: one.marketplace,
    ...(machine.retiredOn === undefined ? {} : { retiredOn: machine.retiredOn }),
  };
}
