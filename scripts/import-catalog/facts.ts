import type { FactData } from '../../server/src/catalog/data-schema.ts';
import { present, readTable, tidy, type Row } from './read-table.ts';
import { createValueTable, isoDate, sourceWithDate } from './tables.ts';

type Maturity = FactData['frameworks'][number]['maturity'];
const maturities: readonly string[] = ['native', 'supported', 'experimental', 'limited', 'none', 'unknown'];
/** Words of the sources that say more than a maturity; the word itself is kept beside it. */
const maturityOf: Readonly<Record<string, Maturity>> = { archived: 'none', community: 'experimental' };
const enginePrecisions = ['bf16', 'fp16', 'fp8', 'int8', 'int4', 'fp4'] as const;

/** Every fact table that is no chip, price, place or model. */
export function importFacts(directory: string): FactData {
  const sources = createValueTable<[string, string]>();
  const strings = createValueTable<string>();
  const read = (file: string): readonly Row[] => readTable(directory, file);
  const source = (row: Row): number =>
    sources.indexOf([sourceWithDate(row.text('source'), row.text('as_of')), isoDate(row.text('as_of'))]);
  const facts = {
    frameworks: read('facts/frameworks.csv').map((row) => ({
      framework: row.text('framework'),
      family: row.text('family'),
      maturity: maturity(row, 'maturity'),
      training: maturity(row, 'training'),
      inference: maturity(row, 'inference'),
      how: row.text('how'),
      evidence: row.text('evidence'),
      evidenceDate: row.text('evidence_date'),
      source: source(row),
    })),
    engines: read('facts/engines.csv').map((row) =>
      present({
        engine: row.text('engine'),
        family: row.text('family'),
        support: maturity(row, 'support'),
        stated: maturities.includes(row.text('support')) ? undefined : row.text('support'),
        precisions: Object.fromEntries(enginePrecisions.map((name) => [name, row.text(name)])),
        note: row.text('note'),
        maintenance: row.text('maintenance') === 'active' ? undefined : row.text('maintenance'),
        source: source(row),
      }),
    ),
    edge: read('facts/edge.csv').map((row) => {
      const memory = row.number('memory_gb');
      const bandwidth = row.number('memory_bandwidth_gbs');
      const tops = row.number('tops_int8_dense');
      return present({
        id: row.text('device'),
        chip: row.text('chip'),
        memoryBytes: memory === undefined ? undefined : Math.round(memory * 2 ** 30),
        memoryBandwidthBytesPerSecond: bandwidth === undefined ? undefined : tidy(bandwidth * 1e9),
        int8Ops: tops === undefined ? undefined : tidy(tops * 1e12),
        powerModesWatts: row
          .list('power_modes_w')
          .map(Number)
          .filter((watts) => watts > 0),
        priceUsd: row.number('price_usd'),
        formats: [...row.list('formats')],
        uses: [...row.list('use')],
        note: row.text('note'),
        source: source(row),
      });
    }),
    pytorchOnTpu: read('facts/pytorch_tpu_evidence.csv').map((row) => ({
      date: isoDate(row.text('date')),
      fact: row.text('fact'),
      bearing: row.text('bearing'),
      source: source(row),
    })),
    slices: importSlices(read('facts/slices.csv'), source),
    services: read('facts/services.csv').map((row) =>
      present({
        service: row.text('service'),
        provider: row.text('provider'),
        mode: row.text('mode'),
        instanceFamilies: [...row.list('instance_families')],
        accelerators: [...row.list('accelerators')].filter((id) => /^[a-z0-9-]+$/.test(id)),
        training: row.text('training'),
        inference: row.text('inference'),
        serverless: row.text('serverless'),
        markup: row.number('markup_typical'),
        markupRange: row.text('markup_range'),
        note: row.text('note'),
        source: source(row),
      }),
    ),
    serviceMarkups: read('facts/service_markups.csv').map((row) =>
      present({
        service: row.text('service'),
        provider: row.text('provider'),
        sku: row.text('service_sku'),
        usdPerHour: row.number('service_usd_per_hour'),
        instance: row.text('raw_vm'),
        instanceUsdPerHour: row.number('raw_usd_per_hour'),
        ratio: row.number('ratio'),
        region: row.text('region'),
        source: source(row),
      }),
    ),
    spot: read('facts/spot.csv').map((row) =>
      present({
        provider: row.text('provider'),
        offer: row.text('offer'),
        noticeSeconds: row.number('notice_seconds'),
        guarantee: row.text('notice_guarantee'),
        discountLow: share(row, 'discount_low_pct'),
        discountHigh: share(row, 'discount_high_pct'),
        maxDuration: row.text('max_duration'),
        onPreemption: row.text('on_preemption'),
        evictionStatistics: row.text('eviction_statistics'),
        note: row.text('note'),
        source: source(row),
      }),
    ),
    retirements: read('facts/retirements.csv').map((row) =>
      present({
        kind: row.text('kind'),
        name: row.text('name'),
        provider: row.text('provider'),
        accelerators: [...row.list('accelerator')],
        status: row.text('status'),
        date: row.text('date'),
        successor: row.text('successor'),
        note: row.text('note'),
        source: source(row),
      }),
    ),
    compliance: read('facts/compliance.csv').map((row) =>
      present({
        provider: row.text('provider'),
        programme: row.text('programme'),
        status: row.text('status'),
        regions: row.text('regions'),
        note: row.text('note'),
        source: source(row),
      }),
    ),
    networks: read('facts/interconnects.csv').map((row) =>
      present({
        provider: row.text('provider'),
        family: row.text('family'),
        instance: row.text('instance'),
        accelerator: row.text('accelerator'),
        acceleratorsPerNode: row.number('accelerators_per_node'),
        network: row.text('network'),
        nodeGbps: row.number('node_gbps'),
        gbpsPerAccelerator: row.number('gbps_per_accelerator'),
        nics: row.number('nics'),
        fastDomain: row.number('fast_domain'),
        fastLink: row.text('fast_link'),
        note: row.text('note'),
        source: source(row),
      }),
    ),
    egress: read('catalog/egress.csv').map((row) => [
      ...['provider', 'region', 'direction', 'tier'].map((column) => strings.indexOf(row.text(column))),
      row.number('usd_per_gb'),
      source(row),
    ]),
    storage: read('catalog/storage.csv').map((row) => [
      ...['provider', 'region', 'product'].map((column) => strings.indexOf(row.text(column))),
      row.number('usd_per_gb_month'),
      source(row),
    ]),
    storageThroughput: read('facts/storage_throughput.csv').map((row) =>
      present({
        provider: row.text('provider'),
        product: row.text('product'),
        kind: row.text('kind'),
        metric: row.text('metric'),
        value: row.text('value'),
        unit: row.text('unit'),
        note: row.text('note'),
        source: source(row),
      }),
    ),
    awsSpotTrend: importTrend(read('catalog/aws_spot_trend.csv')),
  };
  // Cells are checked by the schema, which the caller applies to the whole file.
  return { ...facts, sources: [...sources.values], strings: [...strings.values] } as unknown as FactData;
}

function maturity(row: Row, column: string): Maturity {
  const stated = row.text(column);
  const mapped = maturities.includes(stated) ? (stated as Maturity) : maturityOf[stated.split(' ')[0] ?? ''];
  return mapped ?? (stated === '' ? 'unknown' : 'limited');
}

function share(row: Row, column: string): number | undefined {
  const percent = row.number(column);
  return percent === undefined ? undefined : percent / 100;
}

function importSlices(rows: readonly Row[], source: (row: Row) => number): FactData['slices'] {
  const byAccelerator = new Map<string, Row[]>();
  for (const row of rows) {
    const list = byAccelerator.get(row.text('accelerator')) ?? [];
    byAccelerator.set(row.text('accelerator'), list);
    list.push(row);
  }
  return [...byAccelerator].map(([accelerator, list]) => {
    const first = list[0];
    if (first === undefined) throw new Error(`slices.csv: no rows for ${accelerator}`);
    const shapes = new Map<
      string,
      { chips: number; common: string[]; other: string[]; machine: string; perVm: number }
    >();
    for (const row of list) {
      const chips = row.number('chips') ?? NaN;
      const key = `${String(chips)} ${row.text('machine_type')}`;
      const shape = shapes.get(key) ?? {
        chips,
        common: [],
        other: [],
        machine: row.text('machine_type'),
        perVm: row.number('chips_per_vm') ?? NaN,
      };
      shapes.set(key, shape);
      (row.text('common') === 'yes' ? shape.common : shape.other).push(row.text('topology'));
    }
    return {
      accelerator,
      maxSliceChips: first.number('max_slice_chips') ?? NaN,
      podChips: first.number('pod_chips') ?? NaN,
      shapes: [...shapes.values()]
        .sort((a, b) => a.chips - b.chips || (a.machine < b.machine ? -1 : 1))
        .map((shape): [number, string, string, string, number] => [
          shape.chips,
          shape.common.join(' '),
          shape.other.join(' '),
          shape.machine,
          shape.perVm,
        ]),
      source: source(first),
    };
  });
}

function importTrend(rows: readonly Row[]): FactData['awsSpotTrend'] {
  return {
    source: rows[0]?.text('source') ?? '',
    rows: rows.map((row) => [
      row.text('date'),
      row.text('gpu_class'),
      row.number('median_spot_usd_per_gpu_hour_us_zones') ?? NaN,
    ]),
  };
}
