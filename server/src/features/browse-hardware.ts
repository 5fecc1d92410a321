/** *Browse Hardware*: the chips and their offers as rows to draw, a page about each chip, and the edit that takes an offer. */
import type { Accelerator, Catalog } from '../catalog/types.ts';
import type { Analysis } from '../analysis.ts';
import { formatBytes, formatDataRate } from '../manifest/format-quantity.ts';
import type { TextEdit } from '../manifest/source.ts';
import type { ResolvedTarget } from '../planner/types.ts';
import type { HardwareChipRow, HardwareChoice, HardwareOfferRow, HardwareOffersResult } from '../protocol.ts';
import { editsTo } from './alternatives.ts';
import { plainUsd } from './amounts.ts';
import { findHardware, type HardwareChip, type HardwareOffer } from './hardware.ts';
import { chipFacts, offerNotes, priceWords } from './hardware-words.ts';
import { renderMarkdown, type Block } from './markdown.ts';

const rows = new WeakMap<Catalog, readonly HardwareChipRow[]>();

/** Every chip: those that are rented out by their price, then the others. Made once for a catalogue. */
export function chipRows(catalog: Catalog): readonly HardwareChipRow[] {
  const before = rows.get(catalog);
  if (before !== undefined) return before;
  const chips = findHardware(catalog, {}).chips.filter(({ accelerator }) => accelerator.class !== 'cpu');
  // What has no data sheet comes last in its group: there is little to choose it by.
  const known = chips.filter(({ accelerator }) => accelerator.memoryBytes !== undefined);
  const sorted = [...known, ...chips.filter((chip) => !known.includes(chip))];
  const made = GROUPS.flatMap((group) => sorted.filter((chip) => groupOf(chip) === group).map(chipRow));
  rows.set(catalog, made);
  return made;
}

const GROUPS = ['rented out', 'bought, or rented without a known price', 'edge devices'] as const;

function groupOf({ accelerator, cheapest }: HardwareChip): (typeof GROUPS)[number] {
  if (accelerator.class === 'edge') return 'edge devices';
  return Object.keys(cheapest).length > 0 ? 'rented out' : 'bought, or rented without a known price';
}

function chipRow(chip: HardwareChip): HardwareChipRow {
  const { accelerator, cheapest, providers, frameworks } = chip;
  const from = (words: string, offer: HardwareOffer | undefined): string =>
    offer?.usdPerAcceleratorHour === undefined ? '' : `${words} from ${plainUsd(offer.usdPerAcceleratorHour)}`;
  const prices = [from('on demand', cheapest['on-demand']), from('spot', cheapest.spot)];
  const many = providers.length === 1 ? `${providers[0] ?? ''} only` : `${String(providers.length)} providers`;
  return {
    id: accelerator.id,
    summary: joined([accelerator.name, memoryWords(accelerator), bandwidthWords(accelerator)], ' · '),
    detail: joined(
      [
        joined(prices, ', '),
        providers.length === 0 ? '' : many,
        joined(
          frameworks.map(({ framework, maturity }) => `${framework} ${maturity}`),
          ', ',
        ),
      ],
      ' · ',
    ),
    group: groupOf(chip),
  };
}

const memoryWords = ({ memoryBytes }: Accelerator): string =>
  memoryBytes === undefined ? 'memory unknown' : formatBytes(memoryBytes);
const bandwidthWords = ({ memoryBandwidthBytesPerSecond: rate }: Accelerator): string =>
  rate === undefined ? '' : formatDataRate(rate);

function joined(parts: readonly string[], separator: string): string {
  return parts.filter((part) => part !== '').join(separator);
}

/** The offers of a chip, the cheapest first, and its page; null for an id that nobody knows. */
export function chipOffers(catalog: Catalog, accelerator: string): HardwareOffersResult | null {
  if (!catalog.accelerators.has(accelerator)) return null;
  const { chips, offers } = findHardware(catalog, { accelerators: [accelerator] });
  const [chip] = chips;
  if (chip === undefined) return null;
  return { offers: offers.map(offerRow), page: renderMarkdown(pageOf(chip, offers)) };
}

function offerRow(one: HardwareOffer): HardwareOfferRow {
  const { machine, region, capacity, asOf, terms } = one.offer;
  const { provider, instance, perAccelerator } = machine;
  const several = !perAccelerator && machine.count !== 1;
  return {
    choice: { provider, region, instance, capacity },
    price:
      one.usdPerAcceleratorHour === undefined ? 'no price' : `${priceWords(one.usdPerAcceleratorHour)} each, an hour`,
    where: joined([provider, instance, capacity], ' · '),
    detail: joined(
      [
        regionsInWords(one.regions),
        several && one.usdPerHour !== undefined ? `${priceWords(one.usdPerHour)} the machine` : '',
        asOf === '' ? 'undated' : `of ${asOf}`,
        ...offerNotes(one).map(({ word }) => word),
        terms ?? '',
      ],
      ' · ',
    ),
  };
}

function regionsInWords(regions: readonly string[]): string {
  const [first, ...others] = regions;
  if (first === undefined) return 'region not said';
  if (others.length === 0) return first;
  return `${first} and ${String(others.length)} other ${others.length === 1 ? 'region' : 'regions'}`;
}

function pageOf(chip: HardwareChip, offers: readonly HardwareOffer[]): readonly Block[] {
  const notes = new Map(offers.flatMap(offerNotes).map((note) => [note.mark, note]));
  const sources = new Set(offers.map(({ offer }) => `${offer.source}${offer.asOf === '' ? '' : ` (${offer.asOf})`}`));
  const offerTable: readonly Block[] =
    offers.length === 0
      ? [{ kind: 'text', text: 'Nobody in the catalogue rents it out.' }]
      : [
          {
            kind: 'table',
            rows: [
              ['provider', 'machine', 'capacity', 'each, an hour', 'machine, an hour', '', 'regions', 'as of'],
              ...offers.map((one) => [
                one.offer.machine.provider,
                one.offer.machine.instance,
                one.offer.capacity,
                priceWords(one.usdPerAcceleratorHour),
                one.usdPerHour === undefined ? '' : priceWords(one.usdPerHour),
                offerNotes(one)
                  .map(({ mark }) => mark)
                  .join(' '),
                one.regions.length === 0 ? 'not said' : one.regions.join(', '),
                one.offer.asOf === '' ? 'undated' : one.offer.asOf,
              ]),
            ],
            numbers: [3, 4],
          },
          { kind: 'list', items: [...notes.values()].map(({ mark, word, meaning }) => `${mark} ${word}: ${meaning}`) },
          { kind: 'title', text: 'Sources of the prices' },
          { kind: 'list', items: [...sources] },
        ];
  return [
    { kind: 'title', text: `${chip.accelerator.id}: ${chip.accelerator.name}` },
    { kind: 'table', rows: [['', ''], ...chipFacts(chip).map(([label, value]) => [label, value])] },
    { kind: 'title', text: 'Offers, the cheapest first' },
    ...offerTable,
  ];
}

/**
 * The edits that put a workload on an offer: as many accelerators as before, in whole machines. Undefined when the workload
 * cannot be read, or the offer is not in the catalogue.
 */
export function useHardware(
  analysis: Analysis,
  workload: string,
  { provider, region, instance, capacity }: HardwareChoice,
): readonly TextEdit[] | undefined {
  const plan = analysis.plans.get(workload);
  const offer = analysis.catalog
    .offers({ provider, instance })
    .find((one) => one.region === region && one.capacity === capacity);
  if (plan === undefined || offer === undefined) return undefined;
  const { machine } = offer;
  const perNode = machine.perAccelerator ? 1 : Math.max(1, machine.count);
  const count = Math.ceil((plan.target.count ?? perNode) / perNode) * perNode;
  const next: ResolvedTarget = {
    deployment: 'cloud',
    provider,
    region,
    instance,
    accelerator: machine.accelerator,
    count,
    nodes: count / perNode,
    capacity: offer.capacity,
  };
  return editsTo(analysis, workload, plan.target, next);
}
