import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { hardwareText } from '../../../server/src/cli/hardware.ts';
import { plain } from '../../../server/src/cli/paint.ts';
import { chipFacts, offerNotes } from '../../../server/src/features/hardware-words.ts';
import { findHardware, type HardwareFilter } from '../../../server/src/features/hardware.ts';

const catalog = embeddedCatalog();
const providersOf = (filter: HardwareFilter): ReadonlySet<string> =>
  new Set(findHardware(catalog, filter).offers.map(({ offer }) => offer.machine.provider));

describe('looking hardware up', () => {
  it('finds eight H100 at many providers, each priced offer with its date', () => {
    const { offers } = findHardware(catalog, { accelerators: ['h100-sxm'], count: 8 });
    const priced = offers.filter(({ usdPerHour }) => usdPerHour !== undefined);
    assert.ok(new Set(priced.map(({ offer }) => offer.machine.provider)).size >= 6);
    for (const { offer, units } of priced) {
      assert.match(offer.asOf, /^\d{4}/);
      assert.ok(offer.machine.count * units >= 8);
    }
  });

  it('pays machines whole: three accelerators in a machine of eight cost the machine', () => {
    const one = findHardware(catalog, {
      accelerators: ['h100-sxm'],
      providers: ['oci'],
      capacities: ['on-demand'],
      count: 3,
    }).offers[0];
    assert.equal(one?.units, 1);
    assert.equal(one.usdPerHour, one.offer.usdPerHour);
    assert.equal(one.usdPerAcceleratorHour, one.offer.usdPerHour! / 3);
  });

  it('leaves smaller machines of a provider out where one machine holds all for no more', () => {
    const machines = findHardware(catalog, {
      accelerators: ['h100-sxm'],
      providers: ['lambda'],
      capacities: ['on-demand'],
      count: 8,
    }).offers.map(({ offer }) => offer.machine.instance);
    assert.deepEqual(machines, ['gpu_8x_h100_sxm5']);
  });

  it('knows the region by id, by geography and by country', () => {
    const regions = (word: string): readonly string[] =>
      findHardware(catalog, { accelerators: ['a100-80gb'], providers: ['gcp'], regions: [word] }).offers.flatMap(
        (one) => [...one.regions],
      );
    assert.deepEqual(new Set(regions('us-central1')), new Set(['us-central1']));
    assert.ok(regions('eu').includes('europe-west4') && !regions('eu').includes('us-central1'));
    assert.deepEqual(new Set(regions('nl')), new Set(['europe-west4']));
  });

  it('matches an offer without a region where its provider is there', () => {
    assert.ok(providersOf({ accelerators: ['h100-sxm'], regions: ['us'] }).has('lambda'));
    assert.ok(!providersOf({ accelerators: ['h100-sxm'], regions: ['cn'] }).has('lambda'));
  });

  it('keeps chips that cannot train out of training', () => {
    const ids = findHardware(catalog, { phase: 'training' }).chips.map(({ accelerator }) => accelerator.id);
    assert.ok(!ids.includes('inferentia2') && !ids.includes('jetson-orin-nano') && ids.includes('l4'));
  });

  it('lists a chip that nobody rents out, unless offers are asked about', () => {
    const has = (filter: HardwareFilter): boolean =>
      findHardware(catalog, filter).chips.some(({ accelerator }) => accelerator.id === 'gaudi3');
    assert.ok(has({ memoryBytes: 100 * 2 ** 30 }));
    assert.ok(!has({ memoryBytes: 100 * 2 ** 30, maxUsdPerHour: 100 }));
  });

  it('sorts by price with what is not to be believed last, by memory, by provider and by date', () => {
    const { offers } = findHardware(catalog, { accelerators: ['h100-sxm'] });
    const firstSuspect = offers.findIndex(({ offer }) => offer.suspect !== undefined);
    const lastTrusted = offers.findLastIndex(
      ({ offer, usdPerHour, marketplace }) => offer.suspect === undefined && usdPerHour !== undefined && !marketplace,
    );
    assert.ok(firstSuspect > lastTrusted);
    const byMemory = findHardware(catalog, {}, 'memory').chips.map(({ accelerator }) => accelerator.memoryBytes ?? 0);
    assert.deepEqual(
      byMemory,
      [...byMemory].sort((a, b) => b - a),
    );
    const dates = findHardware(catalog, { accelerators: ['h100-sxm'] }, 'date').offers.map(({ offer }) => offer.asOf);
    assert.deepEqual(dates, [...dates].sort().reverse());
  });

  it('marks what is estimated, second-hand, suspect, of a marketplace or retired', () => {
    const words = new Set(
      findHardware(catalog, {})
        .offers.flatMap(offerNotes)
        .map(({ word }) => word),
    );
    assert.deepEqual([...words].sort(), ['estimate', 'marketplace', 'retired', 'second-hand', 'suspect']);
  });

  it('tells which fields of a chip no source states, and which were computed', () => {
    const facts = new Map(
      findHardware(catalog, { accelerators: ['h100-sxm', 'jetson-orin-nano'] }).chips.flatMap((chip) =>
        chipFacts(chip).map(([label, value]) => [`${chip.accelerator.id} ${label}`, value] as const),
      ),
    );
    assert.equal(facts.get('h100-sxm computed'), 'memory, link');
    assert.match(
      facts.get('h100-sxm frameworks') ?? '',
      /pytorch native \(2026, unsourced\), jax native \(2026-08-08\)/,
    );
    assert.match(facts.get('jetson-orin-nano source') ?? '', /./);
  });

  const filters: fc.Arbitrary<HardwareFilter> = fc.record(
    {
      accelerators: fc.subarray([...catalog.accelerators.keys()], { minLength: 1, maxLength: 6 }),
      memoryBytes: fc.integer({ min: 1, max: 300 }).map((gib) => gib * 2 ** 30),
      providers: fc.subarray([...catalog.providers.keys()], { minLength: 1 }),
      regions: fc.subarray(['us', 'eu', 'apac', 'de', 'us-east-1', 'europe-west4'], { minLength: 1 }),
      capacities: fc.subarray(['on-demand', 'spot', 'reserved-1y', 'reserved-3y', 'capacity-block'] as const, {
        minLength: 1,
      }),
      phase: fc.constantFrom('training', 'fine-tuning', 'inference', 'batch-inference'),
      maxUsdPerHour: fc.double({ min: 0.01, max: 50, noNaN: true }),
      count: fc.integer({ min: 1, max: 512 }),
    },
    { requiredKeys: [] },
  );

  it('gives only what the filter allows, whatever the filter', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const { chips, offers } = findHardware(catalog, filter);
        for (const { accelerator } of chips) {
          if (filter.memoryBytes !== undefined) assert.ok((accelerator.memoryBytes ?? 0) >= filter.memoryBytes);
        }
        const ids = new Set(chips.map(({ accelerator }) => accelerator.id));
        for (const { offer, units, usdPerHour } of offers) {
          assert.ok(ids.has(offer.machine.accelerator));
          assert.ok(filter.providers?.includes(offer.machine.provider) ?? true);
          assert.ok(filter.capacities?.includes(offer.capacity) ?? true);
          assert.ok(units >= 1 && Number.isInteger(units));
          if (usdPerHour !== undefined) assert.equal(usdPerHour, offer.usdPerHour! * units);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('writes lines that fit the terminal, whatever the filter', () => {
    fc.assert(
      fc.property(filters, fc.integer({ min: 60, max: 160 }), (filter, width) => {
        const text = hardwareText(findHardware(catalog, filter), filter, { width, limit: 30, paint: plain });
        // A word that is longer than a line (an address) stands on one of its own.
        const holdsLongWord = (line: string): boolean => line.split(' ').some((word) => word.length > width - 12);
        for (const line of text.split('\n')) assert.ok(line.length <= width || holdsLongWord(line), line);
      }),
      { numRuns: 40 },
    );
  });
});
