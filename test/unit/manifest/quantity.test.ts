import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DIMENSIONS, parseQuantity, type Dimension } from '../../../server/src/manifest/quantity.ts';

const GIB = 2 ** 30;
const MONTH = 730 * 3600;

const READ: readonly (readonly [Dimension, string | number, number])[] = [
  ['count', '8B', 8e9],
  ['count', '350M', 350e6],
  ['count', '15T', 15e12],
  ['count', '1.5e9', 1.5e9],
  ['count', '2k', 2000],
  ['count', '8.03b', 8.03e9],
  ['count', '2B tokens', 2e9],
  ['count', '40_000', 40_000],
  ['count', 4096, 4096],
  ['operations', '16.5G', 16.5e9],
  ['operations', '2T', 2e12],
  ['operations', '16.5 GFLOP', 16.5e9],
  ['bytes', '80GiB', 80 * GIB],
  ['bytes', '80 GiB', 80 * GIB],
  ['bytes', '80Gi', 80 * GIB],
  ['bytes', '500GB', 500e9],
  ['bytes', '500 gB', 500e9],
  ['bytes', '2TiB', 2 ** 41],
  ['bytes', '1PB', 1e15],
  ['bytes', '512b', 512],
  ['duration', '250ms', 0.25],
  ['duration', '90s', 90],
  ['duration', '30m', 1800],
  ['duration', '30M', 1800],
  ['duration', '2h', 7200],
  ['duration', '14d', 14 * 86_400],
  ['duration', '4y', 4 * 365 * 86_400],
  ['duration', '1h30m', 5400],
  ['duration', '1h 30m', 5400],
  ['duration', '1d12h', 129_600],
  ['rate', '20/s', 20],
  ['rate', '1200/min', 20],
  ['rate', '5M/day', 5e6 / 86_400],
  ['rate', '20 req/s', 20],
  ['rate', '120 per hour', 120 / 3600],
  ['rate', '30 fps', 30],
  ['money', 40_000, 40_000],
  ['money', '40k', 40_000],
  ['money', '1.2M', 1.2e6],
  ['money', '$40k', 40_000],
  ['money', '40k USD', 40_000],
  ['money', 'US$ 40k', 40_000],
  ['power', '700W', 700],
  ['power', '40kW', 40_000],
  ['power', '1.2MW', 1.2e6],
  ['share', '80%', 0.8],
  ['share', '99.9 %', 0.999],
  ['share', 0.8, 0.8],
  ['share', 1, 1],
  ['energyPrice', '0.14/kWh', 0.14],
  ['energyPrice', '$140/MWh', 0.14],
  ['powerPrice', '180/kW/month', 180],
  ['powerPrice', '$2160/kW/year', 180],
  ['dataRate', '20GB/s', 20e9],
  ['dataRate', '20GBps', 20e9],
  ['dataRate', '400Gbps', 50e9],
  ['dataRate', '400Gb/s', 50e9],
  ['dataRate', '400 gbit/s', 50e9],
  ['dataRate', '5GB/month', 5e9 / MONTH],
  ['mass', '500kg', 500],
  ['mass', '2t', 2000],
  ['mass', '2 tCO2e', 2000],
];

const REFUSED: readonly (readonly [Dimension, string | number, 'wrong-dimension' | 'malformed', string])[] = [
  ['duration', '80GiB', 'wrong-dimension', '`80GiB` is a size; `key` wants a duration such as `14d`'],
  ['duration', '8B', 'wrong-dimension', '`8B` is a count; `key` wants a duration such as `14d`'],
  ['duration', '2t', 'wrong-dimension', '`2t` is a mass; `key` wants a duration such as `14d`'],
  ['bytes', '30m', 'wrong-dimension', '`30m` is a duration; `key` wants a size such as `80GiB`'],
  ['bytes', '20GB/s', 'wrong-dimension', '`20GB/s` is a data rate; `key` wants a size such as `80GiB`'],
  ['dataRate', '20GB', 'wrong-dimension', '`20GB` is a size; `key` wants a data rate such as `20GB/s`'],
  ['count', '16.5G', 'wrong-dimension', '`16.5G` is a number of operations; `key` wants a count such as `8B`'],
  ['count', '$5', 'wrong-dimension', '`$5` is an amount of money; `key` wants a count such as `8B`'],
  ['money', '40k/month', 'wrong-dimension', '`40k/month` is a rate; `key` wants an amount of money such as `40k`'],
  ['energyPrice', '14kW', 'wrong-dimension', '`14kW` is a power; `key` wants a price of energy such as `0.14/kWh`'],
  ['rate', '80%', 'wrong-dimension', '`80%` is a share; `key` wants a rate such as `20/s`'],
  ['bytes', '80Gb', 'malformed', '`80Gb` is in bits; a size is in bytes: write `80GB`'],
  ['bytes', '80gib', 'malformed', '`80gib` is in bits; a size is in bytes: write `80GiB`'],
  ['bytes', '80G', 'malformed', '`80G` does not say of what; write `80GB` or `80GiB`'],
  ['share', 80, 'malformed', '`80` is above 1, the whole; write `80%`'],
  ['share', '80', 'malformed', '`80` is above 1, the whole; write `80%`'],
  ['share', '150%', 'malformed', '`150%` is more than the whole; a share is at most `100%`'],
  [
    'duration',
    '3 months',
    'malformed',
    '`3 months` counts in months, which have no fixed length; write days, such as `90d`',
  ],
  ['duration', '30m1h', 'malformed', '`m1h` is no unit of a duration; `key` wants a duration such as `14d`'],
  ['money', '€40k', 'malformed', '`€40k` is not in US dollars; `key` wants an amount of money such as `40k`'],
  ['money', '40,000', 'malformed', '`40,000` has a comma; numbers are written without, such as `1500` or `1.5`'],
  ['power', '-5W', 'malformed', '`-5W` is negative; `key` wants a power such as `700W`'],
  ['count', Number.NaN, 'malformed', '`NaN` is no number; `key` wants a count such as `8B`'],
  ['count', '1e400', 'malformed', '`1e400` is too large; `key` wants a count such as `8B`'],
  ['count', 'many', 'malformed', '`many` is no number with a unit; `key` wants a count such as `8B`'],
  ['count', '7 apples', 'malformed', '`apples` is no unit of a count; `key` wants a count such as `8B`'],
  ['count', ' ', 'malformed', 'nothing is written here; `key` wants a count such as `8B`'],
];

const ALL = Object.keys(DIMENSIONS) as Dimension[];

describe('a quantity', () => {
  for (const [dimension, raw, value] of READ) {
    it(`reads ${JSON.stringify(raw)} as a ${dimension}`, () => {
      const parsed = parseQuantity(dimension, raw);
      assert.ok(parsed.ok, parsed.ok ? '' : parsed.message);
      assert.ok(Math.abs(parsed.value - value) <= value * 1e-12, `${parsed.value} is not ${value}`);
    });
  }

  for (const [dimension, raw, problem, message] of REFUSED) {
    it(`refuses ${JSON.stringify(raw)} as a ${dimension}`, () => {
      assert.deepEqual(parseQuantity(dimension, raw, 'key'), { ok: false, problem, message });
    });
  }

  it('says what is wanted without naming a key when none is given', () => {
    const parsed = parseQuantity('duration', 'soon');
    assert.equal(
      parsed.ok ? '' : parsed.message,
      '`soon` is no number with a unit; a duration such as `14d` is wanted',
    );
  });

  it('scales decimal units exactly', () => {
    assert.deepEqual(parseQuantity('count', '8.03B'), { ok: true, value: 8_030_000_000 });
  });

  it('is finite and not negative whenever it is read, and never throws', () => {
    const unit = fc.constantFrom(
      '',
      'GB',
      'Gib',
      'm',
      'mo',
      '%',
      '/s',
      'k/day',
      '/kWh',
      '/kW/month',
      'Gbps',
      '$',
      'B',
      't',
      'e9',
      '__proto__',
    );
    const text = fc.oneof(
      fc.string(),
      fc.tuple(fc.double().map(String), unit).map(([number, suffix]) => number + suffix),
      unit,
    );
    fc.assert(
      fc.property(fc.constantFrom(...ALL), fc.oneof(text, fc.double()), (dimension, raw) => {
        const parsed = parseQuantity(dimension, raw, 'key');
        if (parsed.ok) assert.ok(Number.isFinite(parsed.value) && parsed.value >= 0);
        else assert.ok(parsed.message.length > 0 && parsed.message.length < 250);
      }),
      { numRuns: 3000 },
    );
  });

  it('means the same in any case, but for the b of bits and the B of bytes', () => {
    for (const [dimension, raw] of READ) {
      if (typeof raw !== 'string' || dimension === 'bytes' || dimension === 'dataRate') continue;
      assert.deepEqual(parseQuantity(dimension, raw.toUpperCase()), parseQuantity(dimension, raw.toLowerCase()), raw);
    }
  });
});
