/** How chips and offers are told in words, for the terminal and the editor alike. */
import { isUnsourced } from '../catalog/sources.ts';
import type { Accelerator, Precision } from '../catalog/types.ts';
import { formatBytes, formatDataRate, formatNumber, formatPower, formatUsdExact } from '../manifest/format-quantity.ts';
import { PRECISIONS } from '../manifest/words.ts';
import { plainUsd } from './amounts.ts';
import type { HardwareChip, HardwareOffer } from './hardware.ts';

const TERA = 1e12;

/** `$2.29`, `no price`: to the cent, for an hour. */
export function priceWords(usdPerHour: number | undefined): string {
  return usdPerHour === undefined ? 'no price' : formatUsdExact(usdPerHour);
}

/** Label and value of everything that is known of a chip, its sources last. */
export function chipFacts({ accelerator, frameworks, engines }: HardwareChip): readonly (readonly [string, string])[] {
  const chip = accelerator;
  const facts: (readonly [string, string])[] = [];
  const add = (label: string, parts: readonly (string | undefined)[]): void => {
    const known = parts.filter((part) => part !== undefined && part !== '');
    if (known.length > 0) facts.push([label, known.join(', ')]);
  };
  add('memory', [
    chip.memoryBytes === undefined ? 'unknown' : formatBytes(chip.memoryBytes),
    chip.memoryBandwidthBytesPerSecond === undefined ? '' : formatDataRate(chip.memoryBandwidthBytesPerSecond),
  ]);
  add(
    'dense peak, T(FL)OP/s',
    PRECISIONS.map((precision) => peakWords(chip, precision)),
  );
  add('joined by', [
    chip.linkName,
    chip.linkBytesPerSecond === undefined ? '' : `${formatDataRate(chip.linkBytesPerSecond)} each way`,
    chip.perNode === undefined ? '' : `${String(chip.perNode)} in a machine`,
    chip.fastDomain === undefined || chip.fastDomain === chip.perNode
      ? ''
      : `${String(chip.fastDomain)} at most by the fast link`,
  ]);
  add('power', [chip.tdpWatts === undefined ? '' : formatPower(chip.tdpWatts)]);
  add('bought for', [chip.listPriceUsd === undefined ? '' : chip.listPriceUsd.map(plainUsd).join(' to ')]);
  add(
    'frameworks',
    frameworks.map((fact) => supportWords(fact.framework, fact.maturity, fact.evidenceDate, fact.source)),
  );
  add(
    'engines',
    engines.map((fact) => supportWords(fact.engine, fact.support, fact.asOf, fact.source)),
  );
  add('not', [chip.inferenceOnly ? 'for training' : '']);
  add('note', [chip.note]);
  add('no source states', chip.unsourced.map(fieldWords));
  add('computed', chip.derived.map(fieldWords));
  add('source', [chip.source]);
  return facts;
}

/** `jax native (2026-08-08)`; `pytorch native (2026, unsourced)` where it is general knowledge. */
function supportWords(name: string, maturity: string, date: string, source: string): string {
  const remarks = [date, isUnsourced(source) ? 'unsourced' : ''].filter((part) => part !== '');
  return `${name} ${maturity}${remarks.length === 0 ? '' : ` (${remarks.join(', ')})`}`;
}

function peakWords({ peakFlops }: Accelerator, precision: Precision): string {
  const peak = peakFlops[precision];
  return peak === undefined ? '' : `${precision} ${formatNumber(peak / TERA)}`;
}

const FIELD_WORDS: Readonly<Record<string, string>> = {
  memoryBytes: 'memory',
  memoryBandwidthBytesPerSecond: 'bandwidth',
  linkBytesPerSecond: 'link',
  tdpWatts: 'power',
  perNode: 'accelerators in a machine',
  fastDomain: 'reach of the fast link',
};

/** The name of a field as a person reads it: `tdpWatts` is power. */
export function fieldWords(field: string): string {
  return FIELD_WORDS[field] ?? field.replaceAll('_', ' ');
}

/** A remark on an offer: a mark for a table, a word, and what it means. */
export interface OfferNote {
  readonly mark: string;
  readonly word: string;
  readonly meaning: string;
}

const SUSPECT: OfferNote = {
  mark: '?',
  word: 'suspect',
  meaning: 'far from what others ask, or over on-demand: never chosen by itself',
};
const ESTIMATE: OfferNote = {
  mark: '~',
  word: 'estimate',
  meaning: 'computed from other prices of the provider, not a quote',
};
const SECOND_HAND: OfferNote = { mark: '"', word: 'second-hand', meaning: 'from a note that cites the price' };
const MARKETPLACE: OfferNote = {
  mark: '*',
  word: 'marketplace',
  meaning: 'machines of many owners, whose lowest price is no quote',
};
const RETIRED: OfferNote = {
  mark: '!',
  word: 'retired',
  meaning: 'the provider has retired the machine, or set the day',
};

const OWN: OfferNote = { mark: '=', word: 'own price', meaning: 'from a price book' };

/** What is to be known of an offer before it is believed. */
export function offerNotes({ offer, marketplace }: HardwareOffer): readonly OfferNote[] {
  return [
    ...(offer.book === undefined ? [] : [OWN]),
    ...(offer.suspect === undefined ? [] : [SUSPECT]),
    ...(offer.basis === 'estimate' ? [ESTIMATE] : []),
    ...(offer.basis === 'secondary' ? [SECOND_HAND] : []),
    ...(marketplace ? [MARKETPLACE] : []),
    ...(offer.machine.retiredOn === undefined ? [] : [RETIRED]),
  ];
}
