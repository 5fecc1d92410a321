import assert from 'node:assert/strict';
import fc from 'fast-check';
import { embeddedCatalog } from '../../../../server/src/catalog/embedded.ts';
import { advisorBands } from '../../../../server/src/catalog/refresh/aws-spot-advisor.ts';
import { azureRows, parsePage, queryFor } from '../../../../server/src/catalog/refresh/azure-retail.ts';
import { createPriceChecker, type CheckedPrice } from '../../../../server/src/catalog/refresh/check.ts';
import { DropCounter } from '../../../../server/src/catalog/refresh/dropped.ts';
import { gpuhuntRows } from '../../../../server/src/catalog/refresh/gpuhunt.ts';
import { droppedLines } from '../../../../server/src/catalog/refresh/report.ts';
import { skypilotRows } from '../../../../server/src/catalog/refresh/skypilot.ts';
import type { SourceRow } from '../../../../server/src/catalog/refresh/source.ts';
import { azureItem } from '../../../helpers/price-sources.ts';

const catalog = embeddedCatalog();
const checker = createPriceChecker(catalog);

function check(rows: readonly SourceRow[], provider = 'aws'): { prices: readonly CheckedPrice[]; reasons: string[] } {
  const dropped = new DropCounter();
  const prices = checker.check(rows, { provider, byAccelerator: provider === 'verda' }, dropped);
  return { prices, reasons: [...dropped.reasons].map(([reason, { count }]) => `${String(count)} × ${reason}`) };
}

const p5: SourceRow = { instance: 'p5.48xlarge', region: 'us-east-1', capacity: 'on-demand', usdPerHour: 54 };

describe('a row of a price source', () => {
  it('becomes a price of the machine that it names', () => {
    const { prices, reasons } = check([{ ...p5, accelerator: 'H100', count: 8 }]);
    assert.deepEqual(
      prices.map(({ machine, usdPerHour }) => [machine, usdPerHour]),
      [[catalog.machine('aws', 'p5.48xlarge'), 54]],
    );
    assert.deepEqual(reasons, []);
  });

  for (const [what, row, reason] of [
    ['an unknown machine', { ...p5, instance: 'p99.huge' }, 'a machine that the catalogue does not have'],
    ['an unknown region', { ...p5, region: 'moon-1' }, 'a region that the catalogue does not have'],
    ['another accelerator', { ...p5, accelerator: 'A100-80GB', count: 8 }, 'another accelerator'],
    ['another count', { ...p5, accelerator: 'H100', count: 4 }, 'another number of accelerators'],
    ['no count', { ...p5, accelerator: 'H100', count: NaN }, 'another number of accelerators'],
    ['no number', { ...p5, usdPerHour: NaN }, 'the price is no number'],
    ['infinity', { ...p5, usdPerHour: Infinity }, 'the price is no number'],
    ['$0', { ...p5, usdPerHour: 0 }, 'the price is $0'],
    ['a negative price', { ...p5, usdPerHour: -3 }, 'the price is $0'],
    ['the price of one chip', { ...p5, usdPerHour: 6.9 }, 'moved more than fourfold'],
    ['a price far over the median', { ...p5, usdPerHour: 900 }, "over five times the providers' median"],
    ['a price far under the median', { ...p5, usdPerHour: 1 }, "under a fifth of the providers' median"],
  ] as const) {
    it(`is left out with ${what}`, () => {
      const { prices, reasons } = check([row]);
      assert.deepEqual([prices.length, reasons], [0, [`1 × ${reason}`]]);
    });
  }

  it('is left out when spot or a commitment is dearer than on-demand, of the same answer or of the catalogue', () => {
    for (const capacity of ['spot', 'reserved-1y', 'reserved-3y'] as const) {
      const over = check([{ ...p5, capacity, usdPerHour: 56 }]);
      assert.deepEqual([over.prices.length, over.reasons], [0, ['1 × over the on-demand price']]);
      const both = check([p5, { ...p5, capacity, usdPerHour: 54.5 }]);
      assert.deepEqual([both.prices.length, both.reasons], [1, ['1 × over the on-demand price']]);
    }
  });

  it('counts once: a second price for the same offer is left out', () => {
    const { prices, reasons } = check([p5, { ...p5, usdPerHour: 53 }, p5]);
    assert.deepEqual([prices.length, reasons], [1, ['1 × a second price for the same offer']]);
  });

  it('is for all regions where all have one price and the catalogue has one', () => {
    const machine = catalog.machinesOf('oci').find(({ count }) => count === 8)!;
    const [known] = catalog.offers({ provider: 'oci', instance: machine.instance });
    const rows = [...catalog.providers.get('oci')!.regions.keys()].map((region): SourceRow => ({
      instance: machine.instance,
      region,
      capacity: 'on-demand',
      usdPerHour: known!.usdPerHour!,
    }));
    assert.deepEqual(
      check(rows, 'oci').prices.map(({ region }) => region),
      ['any'],
    );
  });

  it('finds a machine by its accelerator only where the source has other names, and one machine could be meant', () => {
    const row: SourceRow = {
      instance: '1H100.80S.30V',
      region: 'FIN-01',
      capacity: 'on-demand',
      usdPerHour: 2.3,
      accelerator: 'H100',
      count: 1,
      memoryGb: 80,
    };
    assert.deepEqual(
      check([row], 'verda').prices.map(({ machine }) => machine.accelerator),
      ['h100-sxm'],
    );
    assert.equal(check([{ ...row, count: 2 }], 'verda').prices.length, 0);
    assert.equal(check([row], 'nebius').prices.length, 0);
  });

  it('of any content never throws, and never gives a price that is none', () => {
    const row = fc.record({
      instance: fc.oneof(fc.string(), fc.constantFrom('p5.48xlarge', '__proto__', 'constructor')),
      region: fc.oneof(fc.string(), fc.constantFrom('us-east-1', '__proto__', 'any')),
      capacity: fc.constantFrom('on-demand', 'spot', 'reserved-1y', 'reserved-3y', 'capacity-block'),
      usdPerHour: fc.oneof(fc.double(), fc.constant(50)),
      accelerator: fc.oneof(fc.string(), fc.constantFrom('H100', '__proto__', 'a100')),
      count: fc.oneof(fc.double(), fc.constant(8)),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
        for (const { usdPerHour, region } of check(rows as SourceRow[]).prices) {
          assert.ok(usdPerHour > 0 && Number.isFinite(usdPerHour) && region === 'us-east-1');
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is shown, when left out, so that it cannot speak to the terminal', () => {
    const dropped = new DropCounter();
    checker.check(
      [{ ...p5, instance: '\u001b]0;owned\u0007\u202e<script>alert(1)</script>\n# heading' }],
      { provider: 'aws' },
      dropped,
    );
    const [, line = ''] = droppedLines([
      { id: 'x', provider: 'aws', title: 'x', status: 'refreshed', problem: '', prices: 1, asOf: '', dropped },
    ]);
    // eslint-disable-next-line no-control-regex -- these are what must not be there
    assert.equal(/[\u0000-\u001f\u007f-\u009f\u202e]/.test(line), false);
  });
});

describe('the formats of the sources', () => {
  const dropped = (): DropCounter => new DropCounter();

  it('SkyPilot: real lines', () => {
    const csv = `InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,Price,Region,GpuInfo,SpotPrice
cpu-d3_8vcpu-32gb,,0,8,32,0.1984,eu-north1,,
gpu-h100-sxm_8gpu-128vcpu-1600gb,H100,8,128,1600,23.60,eu-north1,"{'Gpus': [{'Name': 'H100', 'Manufacturer': 'NVIDIA', 'Count': 8, 'MemoryInfo': {'SizeInMiB': 81920}}], 'TotalGpuMemoryInMiB': 655360}",10.00
`;
    assert.deepEqual(
      skypilotRows(csv, dropped()).map(({ instance, capacity, usdPerHour, count }) => [
        instance,
        capacity,
        usdPerHour,
        count,
      ]),
      [
        ['cpu-d3_8vcpu-32gb', 'on-demand', 0.1984, undefined],
        ['gpu-h100-sxm_8gpu-128vcpu-1600gb', 'on-demand', 23.6, 8],
        ['gpu-h100-sxm_8gpu-128vcpu-1600gb', 'spot', 10, 8],
      ],
    );
  });

  it('gpuhunt: real columns; calendar mode is no list price', () => {
    const csv = `instance_name,location,price,cpu,memory,gpu_count,gpu_name,gpu_memory,spot,disk_size,gpu_vendor,flags,cpu_arch,provider_data
gpu-h100-sxm 8gpu-128vcpu-1600gb,eu-north1,23.6,128,1600.0,8,H100,80.0,False,,nvidia,[],x86,{}
gpu-h100-sxm 8gpu-128vcpu-1600gb,eu-north1,10.0,128,1600.0,8,H100,80.0,True,,nvidia,[],x86,{}
cpu-e2 2vcpu-8gb,eu-north1,0.05,2,8.0,0,,,False,,,[],x86,{}
a3-highgpu-8g,us-east4-a,43.79,208,1872.0,8,H100,80.0,False,,nvidia,['gcp-dws-calendar-mode'],x86,{}
`;
    const drops = dropped();
    assert.deepEqual(
      gpuhuntRows(csv, drops).map(({ instance, capacity, usdPerHour }) => [instance, capacity, usdPerHour]),
      [
        ['gpu-h100-sxm_8gpu-128vcpu-1600gb', 'on-demand', 23.6],
        ['gpu-h100-sxm_8gpu-128vcpu-1600gb', 'spot', 10],
      ],
    );
    assert.deepEqual([...drops.reasons.keys()], ['a calendar-mode price, not on-demand']);
  });

  it('AWS’s spot advisor: the band by its index, Linux alone', () => {
    const advisor = {
      ranges: [{ index: 0, label: '<5%', dots: 0, max: 5 }],
      spot_advisor: {
        'us-east-1': {
          Linux: { 'p5.48xlarge': { s: 57, r: 0 }, 'g5.xlarge': { s: 'x', r: 0 }, 'm99.x': { s: 1, r: 0 } },
          Windows: { 'p5.48xlarge': { s: 1, r: 0 } },
        },
      },
    };
    const drops = dropped();
    assert.deepEqual(
      advisorBands(advisor, (name) => name !== 'm99.x', drops),
      [{ instance: 'p5.48xlarge', region: 'us-east-1', savingsPercent: 57, band: '<5%' }],
    );
    assert.deepEqual([...drops.reasons.keys()], ['not of the known form']);
    assert.throws(() => advisorBands({ spot_advisor: [] }, () => true, dropped()), /its format changed/);
  });

  describe('Azure', () => {
    const [offer] = catalog.offers({ provider: 'azure', capacity: 'on-demand', instance: 'Standard_ND96isr_H100_v5' });
    const item = azureItem(offer!, 98.32);
    const rows = (items: readonly object[]): { rows: readonly SourceRow[]; reasons: string[] } => {
      const drops = dropped();
      const parsed = parsePage({ Items: items, NextPageLink: null }, drops).items;
      return { rows: azureRows(parsed, '2026-11-24', drops), reasons: [...drops.reasons.keys()] };
    };

    it('tells spot, on-demand and reservations apart', () => {
      const all = rows([
        item,
        { ...item, skuName: 'ND96isr H100 v5 Spot', retailPrice: 40 },
        { ...item, type: 'Reservation', reservationTerm: '1 Year', retailPrice: 8760 * 60 },
        { ...item, type: 'Reservation', reservationTerm: '3 Years', retailPrice: 26280 * 45 },
      ]);
      assert.deepEqual(
        all.rows.map(({ capacity, usdPerHour }) => [capacity, usdPerHour]),
        [
          ['on-demand', 98.32],
          ['spot', 40],
          ['reserved-1y', 60],
          ['reserved-3y', 45],
        ],
      );
    });

    for (const [reason, change] of [
      ['with a Windows licence', { productName: 'Virtual Machines ND Series Windows' }],
      ['with a Windows licence', { productName: 'Virtual Machines NCCadsv5 Srs Win' }],
      ['Cloud Services, not virtual machines', { productName: 'ND Series CloudServices' }],
      ['the retired low-priority meter', { skuName: 'ND96 Low Priority' }],
      ['not yet in force', { effectiveStartDate: '2027-01-01T00:00:00Z' }],
      ['no longer in force', { effectiveEndDate: '2026-06-01T00:00:00Z' }],
      ['not in US dollars', { currencyCode: 'EUR' }],
      ['not by the hour', { unitOfMeasure: '1/Month' }],
      ['a price for large amounts only', { tierMinimumUnits: 100 }],
      ['a kind of price that the catalogue does not keep', { type: 'DevTestConsumption' }],
      ['not of the documented form', { retailPrice: '98.32' }],
    ] as const) {
      it(`leaves out what is ${reason} (${Object.values(change)[0]})`, () => {
        assert.deepEqual(rows([{ ...item, ...change }]), { rows: [], reasons: [reason] });
      });
    }

    it('believes neither of two prices at once', () => {
      const both = rows([item, { ...item, retailPrice: 97 }]);
      assert.deepEqual(both, { rows: [], reasons: ['two prices in force at once'] });
    });

    it('asks in a filter that no name can break', () => {
      const filter = new URL(queryFor(["x' or 'a' eq 'a", 'Standard_A&b'])).searchParams.get('$filter');
      assert.equal(
        filter,
        "serviceName eq 'Virtual Machines' and (armSkuName eq 'x'' or ''a'' eq ''a' or armSkuName eq 'Standard_A&b')",
      );
    });
  });
});
