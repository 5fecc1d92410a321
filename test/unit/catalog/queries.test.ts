import assert from 'node:assert/strict';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';

const catalog = embeddedCatalog();
const every = catalog.offers({});

describe('asking the catalogue', () => {
  it('is built once', () => {
    assert.equal(embeddedCatalog(), catalog);
  });

  it('knows what is in a machine', () => {
    const machine = catalog.machine('aws', 'p4d.24xlarge');
    assert.equal(machine?.accelerator, 'a100-40gb');
    assert.equal(machine.count, 8);
    assert.equal(machine.network, 'efa');
    assert.equal(machine.networkBytesPerSecondPerAccelerator, 6.25e9);
  });

  it('finds the priced offers of a chip with a provider, each in its region', () => {
    const offers = catalog.offers({
      accelerator: 'h100-sxm',
      provider: 'aws',
      region: 'us-east-1',
      capacity: 'on-demand',
    });
    assert.ok(offers.length > 0);
    for (const offer of offers) {
      assert.equal(offer.machine.provider, 'aws');
      assert.equal(offer.region, 'us-east-1');
      assert.ok((offer.usdPerHour ?? 0) > 0);
      assert.match(offer.asOf, /^\d{4}-\d{2}-\d{2}$/);
    }
  });

  it('gives the same offers by index as by reading all of them', () => {
    for (const query of [
      { accelerator: 'l4' },
      { provider: 'gcp', accelerator: 'a100-80gb' },
      { provider: 'azure', capacity: 'spot' as const },
      { instance: 'p5.48xlarge', capacity: 'capacity-block' as const },
      { region: 'us-central1', accelerator: 'tpu-v5e' },
    ]) {
      const slow = every.filter(
        (offer) =>
          (query.accelerator === undefined || offer.machine.accelerator === query.accelerator) &&
          (query.provider === undefined || offer.machine.provider === query.provider) &&
          (query.instance === undefined || offer.machine.instance === query.instance) &&
          (query.region === undefined || offer.region === query.region) &&
          (query.capacity === undefined || offer.capacity === query.capacity),
      );
      const found = catalog.offers(query).filter((offer) => query.region === undefined || offer.region !== 'any');
      assert.deepEqual(new Set(found), new Set(slow), JSON.stringify(query));
      assert.ok(slow.length > 0, JSON.stringify(query));
    }
  });

  it('matches an offer without a region in every region of its provider, and in no other', () => {
    assert.ok(catalog.offers({ provider: 'lambda', accelerator: 'h100-sxm', region: 'us-east-1' }).length > 0);
    assert.deepEqual(catalog.offers({ provider: 'lambda', accelerator: 'h100-sxm', region: 'eu-west-3' }), []);
  });

  it('has TPUs on Google only, Trainium and Inferentia on AWS only, and no MI300X on AWS', () => {
    for (const accelerator of catalog.accelerators.values()) {
      if (accelerator.class === 'tpu') assert.deepEqual(catalog.providersOf(accelerator.id), ['gcp'], accelerator.id);
      if (/^(trainium|inferentia)/.test(accelerator.id)) {
        assert.deepEqual(catalog.providersOf(accelerator.id), ['aws'], accelerator.id);
      }
    }
    assert.ok(!catalog.providersOf('mi300x').includes('aws'));
    assert.ok(catalog.providersOf('mi300x').includes('azure'));
  });

  it('keeps what is offered but has no price, unpriced', () => {
    for (const accelerator of ['tpu-v7', 'trainium2']) {
      assert.ok(
        catalog.offers({ accelerator, capacity: 'on-demand' }).some((offer) => offer.usdPerHour === undefined),
        accelerator,
      );
    }
  });

  it('prices TPUs by the chip, and a TPU machine type by its chips', () => {
    const chip = catalog.offers({ accelerator: 'tpu-v6e', region: 'us-east5', capacity: 'on-demand' });
    assert.equal(chip.length, 1);
    assert.equal(chip[0]!.machine.perAccelerator, true);
    const whole = catalog.offers({ instance: 'ct6e-standard-4t', region: 'us-east5', capacity: 'on-demand' });
    assert.equal(whole.length, 1);
    assert.equal(whole[0]!.machine.count, 4);
    assert.equal(whole[0]!.usdPerHour, chip[0]!.usdPerHour! * 4);
    assert.equal(catalog.machine('gcp', 'ct6e-standard-4t')?.accelerator, 'tpu-v6e');
  });

  it('flags retired machines with the day', () => {
    assert.equal(catalog.machine('azure', 'Standard_NC6s_v3')?.retiredOn, '2025-09-30');
    assert.equal(catalog.machine('azure', 'Standard_ND96isr_H100_v5')?.retiredOn, undefined);
  });

  it('tells the valid slices of a TPU, ascending, and none for a GPU', () => {
    const sizes = catalog.sliceSizes('tpu-v5e');
    assert.ok(sizes?.includes(16) === true && !sizes.includes(24));
    assert.deepEqual(
      sizes,
      [...sizes].sort((a, b) => a - b),
    );
    assert.equal(catalog.sliceSizes('h100-sxm'), undefined);
    assert.ok(catalog.slices('tpu-v5p')!.shapes.some((shape) => shape.commonTopologies.includes('4x4x4')));
  });

  it('knows what frameworks and engines do on a chip through its family', () => {
    assert.equal(catalog.framework('jax', 'tpu-v5e')?.maturity, 'native');
    assert.notEqual(catalog.framework('pytorch', 'tpu-v5e')?.maturity, 'native');
    assert.equal(catalog.engine('vllm', 'h200-nvl')?.support, catalog.engine('vllm', 'h200')?.support);
    assert.equal(catalog.engine('tensorrt-llm', 'mi300x')?.support, 'none');
  });

  it('says which chips cannot train', () => {
    assert.equal(catalog.accelerators.get('inferentia2')?.inferenceOnly, true);
    assert.equal(catalog.accelerators.get('hailo-8')?.inferenceOnly, true);
    assert.equal(catalog.accelerators.get('trainium1')?.inferenceOnly, false);
    assert.equal(catalog.accelerators.get('h100-sxm')?.inferenceOnly, false);
  });

  it('measures distances on the globe, and none where a place is unknown', () => {
    const virginia = catalog.region('aws', 'us-east-1');
    const frankfurt = catalog.region('aws', 'eu-central-1');
    assert.ok(virginia && frankfurt);
    const kilometres = catalog.distanceKm(virginia, frankfurt) ?? 0;
    assert.ok(Math.abs(kilometres - 6500) < 300, String(kilometres));
    assert.equal(
      catalog.distanceKm(virginia, { provider: 'x', id: 'y', name: '', country: '', geography: 'us' }),
      undefined,
    );
  });

  it('knows interruptions, notices, egress, storage and compliance', () => {
    assert.match(catalog.interruptionBand('aws', 'p4d.24xlarge', 'us-east-1')?.band ?? '', /%$/);
    assert.equal(catalog.interruptionBand('gcp', 'a2-highgpu-8g', 'us-central1'), undefined);
    assert.equal(catalog.spotFacts('aws')[0]?.noticeSeconds, 120);
    assert.ok(catalog.egress('aws', 'us-east-1').some((price) => price.direction === 'intra-region (cross-AZ)'));
    assert.ok(catalog.storagePrices('gcp', 'us-central1').every((price) => price.usdPerGbMonth > 0));
    assert.ok(catalog.compliance('azure').some((fact) => fact.programme === 'hipaa'));
    assert.equal(catalog.providers.get('vast-ai')?.marketplace, true);
    assert.equal(catalog.providers.get('aws')?.marketplace, false);
  });
});
