import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  formatBytes,
  formatCount,
  formatDataRate,
  formatDuration,
  formatMass,
  formatOperations,
  formatPower,
  formatQuantity,
  formatRange,
  formatRate,
  formatShare,
  formatUsd,
  formatUsdExact,
  writeQuantity,
} from '../../../server/src/manifest/format-quantity.ts';
import { DIMENSIONS, parseQuantity, type Dimension } from '../../../server/src/manifest/quantity.ts';

const ALL = Object.keys(DIMENSIONS) as Dimension[];

describe('quantities for people', () => {
  it('shows money short, to the cent where cents count', () => {
    const shown = [0, 0.0012, 0.14, 2.5, 98.32, 412.4, 999.6, 1234.5, 12_345, 123_456, 999_999, 1.25e6, -412].map(
      formatUsd,
    );
    assert.deepEqual(shown, [
      '$0',
      '$0.0012',
      '$0.14',
      '$2.50',
      '$98.32',
      '$412',
      '$1k',
      '$1.2k',
      '$12.3k',
      '$123k',
      '$1M',
      '$1.3M',
      '−$412',
    ]);
  });

  it('shows money exactly, in groups of three', () => {
    assert.deepEqual([1234.5, 0.5, 1e6, -20].map(formatUsdExact), ['$1,234.50', '$0.50', '$1,000,000.00', '−$20.00']);
  });

  it('shows sizes in powers of two and data rates in powers of ten', () => {
    assert.deepEqual([80 * 2 ** 30, 6 * 2 ** 40, 512, 0].map(formatBytes), ['80 GiB', '6 TiB', '512 B', '0 B']);
    assert.deepEqual([20e9, 5e9 / (730 * 3600)].map(formatDataRate), ['20 GB/s', '1.9 kB/s']);
  });

  it('shows durations in the largest unit of which there are two', () => {
    const shown = [0, 0.25, 1, 90, 600, 3.2 * 3600, 14 * 86_400, 4 * 365 * 86_400].map(formatDuration);
    assert.deepEqual(shown, ['0 s', '250 ms', '1 s', '90 s', '10 min', '3.2 h', '14 d', '4 y']);
  });

  it('shows counts, operations, rates, power, shares and mass', () => {
    assert.deepEqual([8e9, 8.03e9, 350e6, 4096, 512].map(formatCount), ['8B', '8.03B', '350M', '4096', '512']);
    assert.equal(formatOperations(16.5e9), '16.5 GFLOP');
    assert.deepEqual([12, 0.5, 1 / 86_400].map(formatRate), ['12/s', '30/min', '1/day']);
    assert.equal(formatPower(40_000), '40 kW');
    assert.deepEqual([0.8, 0.999, 0.9995, 1].map(formatShare), ['80 %', '99.9 %', '99.95 %', '100 %']);
    assert.deepEqual([0.5, 500, 2000].map(formatMass), ['500 g', '500 kg', '2 t']);
  });

  it('shows a range with the unit at both ends, and one value where both read the same', () => {
    assert.equal(formatRange({ low: 1200, high: 1500 }, formatUsd), '$1.2k – $1.5k');
    assert.equal(formatRange({ low: 1201, high: 1202 }, formatUsd), '$1.2k');
  });

  it('says of a number that is none that it is unknown', () => {
    for (const dimension of ALL) assert.match(formatQuantity(dimension, Number.NaN), /^unknown/, dimension);
  });

  it('reads what it shows back as nearly the same', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ALL),
        fc.double({ min: 1e-3, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 12 }),
        (dimension, mantissa, power) => {
          const value = dimension === 'share' ? mantissa : mantissa * 10 ** power;
          const parsed = parseQuantity(dimension, formatQuantity(dimension, value));
          assert.ok(parsed.ok, `${formatQuantity(dimension, value)}: ${parsed.ok ? '' : parsed.message}`);
          assert.ok(
            Math.abs(parsed.value / value - 1) < 0.06,
            `${value} was shown as ${formatQuantity(dimension, value)}`,
          );
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('quantities for manifests', () => {
  it('are written in the unit that needs the fewest digits', () => {
    const written = [
      writeQuantity('duration', 600),
      writeQuantity('duration', 14 * 86_400),
      writeQuantity('bytes', 80 * 2 ** 30),
      writeQuantity('bytes', 500e9),
      writeQuantity('count', 8.03e9),
      writeQuantity('share', 0.999),
      writeQuantity('money', 60_000),
      writeQuantity('rate', 5e6 / 86_400),
      writeQuantity('dataRate', 5e9 / (730 * 3600)),
    ];
    assert.deepEqual(written, ['10m', '14d', '80GiB', '500GB', '8.03B', '99.9%', '60k', '5M/day', '5GB/month']);
  });

  it('are read back as what was written, to within three parts in a million', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ALL),
        fc.double({ min: 1e-3, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 14 }),
        (dimension, mantissa, power) => {
          const value = dimension === 'share' ? mantissa : mantissa * 10 ** power;
          const text = writeQuantity(dimension, value);
          const parsed = parseQuantity(dimension, text);
          assert.ok(parsed.ok, `${text}: ${parsed.ok ? '' : parsed.message}`);
          assert.ok(Math.abs(parsed.value / value - 1) < 6e-6, `${value} was written as ${text}`);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
