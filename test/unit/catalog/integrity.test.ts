import assert from 'node:assert/strict';
import { findBroken, integrityRules } from '../../../scripts/import-catalog/integrity.ts';
import { dataSchemas, type CatalogData } from '../../../server/src/catalog/data-schema.ts';
import { embeddedCatalog, embeddedData } from '../../../server/src/catalog/embedded.ts';
import { loadCatalog } from '../../../server/src/catalog/load.ts';

const today = new Date().toISOString().slice(0, 10);
const sound = { data: embeddedData(), catalog: embeddedCatalog(), today };

describe('the data', () => {
  for (const [name, schema] of Object.entries(dataSchemas)) {
    it(`of ${name}.json has its schema's shape`, () => {
      const result = schema.safeParse(sound.data[name as keyof typeof dataSchemas]);
      assert.ok(result.success, result.error?.message);
    });
  }

  for (const rule of integrityRules) {
    it(`keeps the rule "${rule.name}": ${rule.statement}`, () => {
      const broken = rule.broken(sound);
      assert.deepEqual(broken.slice(0, 20), [], `${String(broken.length)} rows break the rule`);
    });
  }

  it('marks every price that breaks a rule with the reason, and hardly any', () => {
    const suspects = sound.catalog.offers({}).flatMap(({ suspect }) => suspect ?? []);
    const marks = integrityRules.flatMap(({ marksWith }) => marksWith ?? []);
    assert.deepEqual(
      suspects.filter((reason) => !marks.some((mark) => mark.test(reason))),
      [],
    );
    assert.ok(suspects.length > 0 && suspects.length < sound.catalog.offers({}).length / 100);
  });
});

/** Where the row of an offer stands in the columns. */
interface Row {
  readonly machine: number;
  readonly offer: number;
}

function rowOf(data: CatalogData, instance: string, capacity: string, provider?: string): Row {
  const { machines, offers, providers } = data.prices;
  const machine = machines.instance.findIndex(
    (name, index) =>
      name === instance && (provider ?? providers[machines.provider[index]!]) === providers[machines.provider[index]!],
  );
  assert.ok(machine >= 0, instance);
  const start = offers.perMachine.slice(0, machine).reduce((sum, length) => sum + length, 0);
  const capacities = ['on-demand', 'spot', 'reserved-1y', 'reserved-3y', 'capacity-block'];
  const step = offers.capacity
    .slice(start, start + offers.perMachine[machine]!)
    .findIndex((each) => capacities[each] === capacity);
  assert.ok(step >= 0, `${instance} ${capacity}`);
  return { machine, offer: start + step };
}

/** For each rule a way to break it in one row, and a word of that row. */
const faults: Readonly<Record<string, readonly [break_: (data: CatalogData) => void, row: RegExp]>> = {
  'unique ids': [(data) => data.chips.chips.push(data.chips.chips[0]!), /v100-16gb/],
  'known ids': [(data) => (data.prices.accelerators[data.prices.accelerators.indexOf('mi300x')] = 'mi300y'), /MI300X/i],
  'known places': [
    (data) => (data.prices.regions[data.prices.regions.indexOf('us-east-2')] = 'us-east-9'),
    /us-east-9/,
  ],
  'unknown memory': [(data) => (data.chips.chips.find(({ id }) => id === 'a16')!.memoryBytes = 2 ** 34), /a16/],
  'no free machine': [(data) => set(data, 'p5.48xlarge', 'on-demand', 0), /p5\.48xlarge .* on-demand \$0/],
  'spot below on-demand': [(data) => set(data, 'a3-highgpu-8g', 'spot', 999), /a3-highgpu-8g .* spot \$999/],
  'commitments below on-demand': [
    (data) => set(data, 'a3-highgpu-8g', 'reserved-3y', 999),
    /a3-highgpu-8g .* reserved-3y \$999/,
  ],
  'near the median': [(data) => set(data, 'BM.GPU.H100.8', 'on-demand', 800), /BM\.GPU\.H100\.8/],
  'form factor': [(data) => rename(data, '1x NVIDIA H100 SXM5 80GB', '1x NVIDIA H100 PCIe 80GB'), /H100 PCIe/],
  'stated memory': [(data) => rename(data, '1x NVIDIA H100 SXM5 80GB', '1x NVIDIA H100 SXM5 24GB'), /24GB/],
  'chip or machine': [
    (data) => data.prices.machines.perAccelerator.push(rowOf(data, 'p5.48xlarge', 'on-demand').machine),
    /p5\.48xlarge/,
  ],
  'stated count': [
    (data) => (data.prices.machines.count[rowOf(data, 'gpu_8x_h100_sxm5', 'on-demand').machine] = 4),
    /gpu_8x_h100_sxm5 \(4 ×/,
  ],
  dates: [(data) => (data.prices.sources[0]![1] = '2999-01-01'), /2999-01-01/],
  'marked estimates': [
    (data) => (data.prices.sources.find(([source]) => source.includes('savings)'))![2] = 'list'),
    / spot /,
  ],
  'latent attention': [
    (data) => delete data.models.models.find(({ kvLoraRank }) => kvLoraRank !== undefined)!.qkRopeHeadDim,
    /deepseek/,
  ],
  'known software': [(data) => data.facts.services[0]!.accelerators.push('abacus'), /abacus/],
};

function set(data: CatalogData, instance: string, capacity: string, usdPerHour: number): void {
  data.prices.offers.usdPerHour[rowOf(data, instance, capacity).offer] = usdPerHour;
}

function rename(data: CatalogData, from: string, to: string): void {
  data.prices.machines.instance[rowOf(data, from, 'on-demand').machine] = to;
}

describe('a rule of integrity', () => {
  it('has a way to be broken', () => {
    assert.deepEqual(Object.keys(faults).sort(), integrityRules.map(({ name }) => name).sort());
  });

  for (const [name, [break_, row]] of Object.entries(faults)) {
    it(`names the row that breaks it: ${name}`, () => {
      const data = structuredClone(embeddedData());
      break_(data);
      const broken = findBroken({ data, catalog: loadCatalog(data), today }).filter((each) =>
        each.startsWith(`${name}: `),
      );
      assert.ok(
        broken.some((each) => row.test(each)),
        broken.slice(0, 5).join('\n') || 'nothing was found',
      );
    });
  }
});
