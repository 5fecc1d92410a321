import type { ChipData } from '../../server/src/catalog/data-schema.ts';
import { acceleratorNames, type AcceleratorName } from './accelerator-names.ts';
import { present, readTable, tidy, type Row } from './read-table.ts';

const GIB = 2 ** 30;
const precisions = ['fp32', 'tf32', 'bf16', 'fp16', 'fp8', 'int8', 'fp4'] as const;
const supported = ['fp32', 'tf32', 'bf16', 'fp16', 'fp8', 'int8', 'int4', 'fp4'] as const;

/** Field names of the source, in the words of the catalogue. */
const fieldNames: Readonly<Record<string, string>> = {
  memory_gib: 'memoryBytes',
  memory_bandwidth_gbs: 'memoryBandwidthBytesPerSecond',
  interconnect_gbs_per_chip_bidir: 'linkBytesPerSecond',
  tdp_w: 'tdpWatts',
  chips_per_node: 'perNode',
  max_domain_chips: 'fastDomain',
};

export interface ChipTables {
  readonly chips: readonly ChipData[];
  /** Accelerator id by the name in instances.csv. */
  readonly idByOfferName: ReadonlyMap<string, string>;
  readonly withoutSpecification: readonly string[];
  readonly unusedSpecifications: readonly Row[];
}

/** Joins accelerators.csv with the precision table and the families of the framework and engine tables. */
export function importChips(directory: string): ChipTables {
  const specifications = new Map(
    readTable(directory, 'catalog/accelerators.csv').map((row) => [row.text('name'), row]),
  );
  const precisionRows = new Map(
    readTable(directory, 'facts/precision.csv').map((row) => [row.text('accelerator'), row]),
  );
  const families = readFamilies(directory);
  const inferenceOnly = readInferenceOnly(directory);
  const idByOfferName = new Map<string, string>();
  const used = new Set<Row>();
  const chips = acceleratorNames.map((entry): ChipData => {
    const row = entry.specification === undefined ? undefined : specifications.get(entry.specification);
    if (entry.specification !== undefined && row === undefined) {
      throw new Error(`accelerators.csv has no row "${entry.specification}" for ${entry.id}`);
    }
    for (const name of [...(row?.list('instances_accelerator') ?? []), ...(entry.offeredAs ?? [])])
      idByOfferName.set(name, entry.id);
    const family = families.get(entry.factsOf ?? entry.id) ?? '';
    const precision = precisionRows.get(entry.factsOf ?? entry.id);
    const support =
      precision === undefined ? {} : present(Object.fromEntries(supported.map((name) => [name, precision.text(name)])));
    if (row !== undefined) used.add(row);
    return row === undefined
      ? chipWithoutSpecification(entry, family, support, precision)
      : chipFromRow(entry, row, family, support, inferenceOnly.has(family));
  });
  return {
    chips,
    idByOfferName,
    withoutSpecification: chips
      .filter((chip) => chip.memoryBytes === undefined && chip.id !== 'cpu')
      .map((chip) => chip.id),
    unusedSpecifications: [...specifications.values()].filter((row) => !used.has(row)),
  };
}

function chipFromRow(
  entry: AcceleratorName,
  row: Row,
  family: string,
  precisionSupport: ChipData['precisionSupport'],
  inferenceOnly: boolean,
): ChipData {
  const peak = (name: (typeof precisions)[number]): number | undefined => {
    const value = row.number(name === 'int8' ? 'int8_tops' : `${name}_tflops`);
    return value === undefined ? undefined : tidy(value * 1e12);
  };
  if (row.text('peak_is_dense') !== 'yes') throw new Error(`${entry.id}: peaks are not dense`);
  const memory = row.number('memory_gib');
  const bandwidth = row.number('memory_bandwidth_gbs');
  const link = row.number('interconnect_gbs_per_chip_bidir');
  const low = row.number('list_price_usd_low');
  const derived = fieldList(row.text('derived_fields'));
  // The vendor's "GB" is read as GiB, and one direction of a link is half of the stated sum.
  if (memory !== undefined && !derived.includes('memoryBytes')) derived.push('memoryBytes');
  if (link !== undefined && !derived.includes('linkBytesPerSecond')) derived.push('linkBytesPerSecond');
  return present({
    id: entry.id,
    name: row.text('name'),
    vendor: row.text('vendor'),
    class: chipClass(row.text('class')),
    family,
    memoryBytes: memory === undefined ? undefined : memory * GIB,
    memoryBandwidthBytesPerSecond: bandwidth === undefined ? undefined : tidy(bandwidth * 1e9),
    peakFlops: present(Object.fromEntries(precisions.map((name) => [name, peak(name)]))),
    precisionSupport,
    linkBytesPerSecond: link === undefined ? undefined : tidy((link / 2) * 1e9),
    linkName: row.text('interconnect') === 'none' ? undefined : row.text('interconnect'),
    tdpWatts: row.number('tdp_w'),
    perNode: row.number('chips_per_node'),
    fastDomain: row.number('max_domain_chips'),
    inferenceOnly: inferenceOnly || /inference only/i.test(row.text('notes')),
    dies: /^2 GCDs|^Two chiplets/.test(row.text('notes')) ? 2 : 1,
    listPriceUsd: low === undefined ? undefined : ([low, row.number('list_price_usd_high') ?? low] as [number, number]),
    priceNote: row.text('price_note'),
    availability: row.text('availability'),
    note: row.text('notes'),
    unsourced: fieldList(row.text('unsourced_fields')),
    derived,
    source: row.text('source'),
  }) as ChipData;
}

function chipWithoutSpecification(
  entry: AcceleratorName,
  family: string,
  precisionSupport: ChipData['precisionSupport'],
  precision: Row | undefined,
): ChipData {
  return {
    id: entry.id,
    name: entry.name ?? entry.id,
    vendor: entry.vendor ?? '',
    class: entry.id === 'cpu' ? 'cpu' : 'gpu',
    family,
    peakFlops: {},
    precisionSupport,
    inferenceOnly: false,
    dies: 1,
    availability: '',
    note: entry.id === 'cpu' ? '' : 'No specification in the sources.',
    unsourced: [],
    derived: [],
    source: precision?.text('source') ?? '',
  };
}

function chipClass(stated: string): ChipData['class'] {
  if (stated === 'TPU') return 'tpu';
  if (stated === 'AI accelerator') return 'asic';
  if (/^(edge|client)/.test(stated)) return 'edge';
  if (/GPU$/.test(stated)) return 'gpu';
  throw new Error(`accelerators.csv: class "${stated}" is new`);
}

function fieldList(stated: string): string[] {
  return stated
    .split(/\s+/)
    .filter((name) => name !== '')
    .map((name) => fieldNames[name] ?? name.replace(/_(tflops|tops)$/, ''));
}

/** Family by accelerator id, from the join columns of the framework and engine tables; `cpu` is x86. */
function readFamilies(directory: string): ReadonlyMap<string, string> {
  const families = new Map<string, string>();
  for (const row of [...readTable(directory, 'facts/frameworks.csv'), ...readTable(directory, 'facts/engines.csv')]) {
    for (const id of row.list('accelerators')) if (!families.has(id)) families.set(id, row.text('family'));
  }
  families.set('cpu', 'cpu-x86');
  return families;
}

/** Families on which no framework trains. */
function readInferenceOnly(directory: string): ReadonlySet<string> {
  const rows = readTable(directory, 'facts/frameworks.csv');
  const training = new Set(rows.filter((row) => row.text('training') !== 'none').map((row) => row.text('family')));
  return new Set(rows.map((row) => row.text('family')).filter((family) => !training.has(family)));
}
