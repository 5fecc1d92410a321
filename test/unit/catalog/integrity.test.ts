import assert from 'node:assert/strict';
import { dataSchemas } from '../../../server/src/catalog/data-schema.ts';
import { embeddedCatalog, embeddedData } from '../../../server/src/catalog/embedded.ts';
import type { Offer } from '../../../server/src/catalog/types.ts';

const catalog = embeddedCatalog();
const offers = catalog.offers({});
const priced = offers.filter((offer) => offer.usdPerHour !== undefined);
const trusted = priced.filter((offer) => offer.suspect === undefined);

const label = (offer: Offer): string =>
  `${offer.machine.provider} ${offer.machine.instance} ${offer.region} ${offer.capacity} ${String(offer.usdPerHour)}`;
const perChip = (offer: Offer): number => offer.usdPerHour! / (offer.machine.perAccelerator ? 1 : offer.machine.count);

/** Holds a rule over rows, and lists the rows that break it. */
function none(broken: readonly string[]): void {
  assert.deepEqual(broken.slice(0, 20), [], `${String(broken.length)} rows break the rule`);
}

function repeated(keys: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return keys.filter((key) => seen.size === seen.add(key).size);
}

describe('the data', () => {
  for (const [name, schema] of Object.entries(dataSchemas)) {
    it(`of ${name}.json has its schema's shape`, () => {
      const result = schema.safeParse(embeddedData()[name as keyof typeof dataSchemas]);
      assert.ok(result.success, result.error?.message);
    });
  }

  it('has every accelerator, model, machine and offer once', () => {
    const data = embeddedData();
    none(repeated(data.chips.chips.map((chip) => chip.id)));
    none(repeated(data.models.models.map((model) => model.id)));
    none(repeated(data.places.regions.map((region) => `${region.provider} ${region.id}`)));
    const machines = [...catalog.providers.keys()].flatMap((provider) => catalog.machinesOf(provider));
    none(repeated(machines.map((machine) => `${machine.provider} ${machine.instance}`)));
    none(
      repeated(
        offers.map((offer) => `${offer.machine.provider}|${offer.machine.instance}|${offer.region}|${offer.capacity}`),
      ),
    );
  });

  it('gives every offer a known accelerator, a provider, a source and a date', () => {
    none(offers.filter((offer) => !catalog.accelerators.has(offer.machine.accelerator)).map(label));
    none(offers.filter((offer) => !catalog.providers.has(offer.machine.provider)).map(label));
    none(offers.filter((offer) => offer.source === '').map(label));
    none(offers.filter((offer) => !/^\d{4}(-\d{2}(-\d{2})?)?$/.test(offer.asOf)).map(label));
  });

  it('places every priced region', () => {
    none(
      offers
        .filter((offer) => offer.region !== 'any' && catalog.region(offer.machine.provider, offer.region) === undefined)
        .map(label),
    );
  });

  it('has no date after the newest price, which is no later than the day of the data', () => {
    none(priced.filter((offer) => offer.asOf > catalog.asOf).map(label));
    none(offers.filter((offer) => offer.asOf.slice(0, 7) > '2026-11').map(label));
    none(priced.filter((offer) => offer.asOf !== '' && Number.isNaN(Date.parse(offer.asOf))).map(label));
  });

  it('has no price of $0 that is not marked', () => {
    none(trusted.filter((offer) => offer.usdPerHour! <= 0).map(label));
  });

  it('has no spot price and no commitment over on-demand that is not marked', () => {
    const onDemand = new Map(
      priced
        .filter((offer) => offer.capacity === 'on-demand')
        .map((offer) => [`${offer.machine.provider}|${offer.machine.instance}|${offer.region}`, offer.usdPerHour!]),
    );
    none(
      trusted
        .filter((offer) => {
          const reference = onDemand.get(`${offer.machine.provider}|${offer.machine.instance}|${offer.region}`);
          return offer.capacity !== 'on-demand' && reference !== undefined && offer.usdPerHour! > reference;
        })
        .map(label),
    );
  });

  it('marks prices more than five times from the median of the providers’ medians', () => {
    const comparable = priced.filter(
      (offer) =>
        offer.machine.count > 0 &&
        offer.machine.retiredOn === undefined &&
        catalog.providers.get(offer.machine.provider)?.marketplace !== true,
    );
    const byGroup = groupBy(comparable, groupKey);
    const medians = new Map<string, number>();
    for (const [key, group] of byGroup) {
      const byProvider = [...groupBy(group, (offer) => offer.machine.provider).values()];
      if (byProvider.length >= 3) medians.set(key, median(byProvider.map((list) => median(list.map(perChip)))));
    }
    none(
      trusted
        .filter((offer) => offer.machine.count > 0 && medians.has(groupKey(offer)))
        .filter((offer) => {
          const ratio = perChip(offer) / medians.get(groupKey(offer))!;
          return ratio > 5 || ratio < 1 / 5;
        })
        .map(label),
    );
    assert.ok(medians.size > 10);
  });

  it('prices no PCIe card as SXM: a name that states the form agrees with the accelerator', () => {
    const wrong = offers.filter(({ machine }) => {
      const sxm = /\bSXM\d?\b/i.test(machine.instance) || /sxm\d/i.test(machine.instance);
      const pcie = /\bPCIe\b/i.test(machine.instance) || /_pcie/i.test(machine.instance);
      return (
        (sxm && /-(pcie|nvl)$/.test(machine.accelerator)) ||
        (pcie && hasForms(machine.accelerator) && !/-pcie$/.test(machine.accelerator))
      );
    });
    none(wrong.map(label));

    /** True for a chip that is also sold as a PCIe card under an id of its own. */
    function hasForms(accelerator: string): boolean {
      return catalog.accelerators.has(`${accelerator.replace(/-sxm$/, '')}-pcie`) || /-(pcie|nvl)$/.test(accelerator);
    }
  });

  it('reads no price of one chip as a whole machine’s: eight chips cost more than one of the same family', () => {
    for (const provider of catalog.providers.keys()) {
      for (const [key, group] of groupBy(
        trusted.filter(
          (offer) => offer.machine.provider === provider && offer.machine.count >= 1 && !offer.machine.perAccelerator,
        ),
        (offer) => `${offer.machine.accelerator} ${offer.region} ${offer.capacity}`,
      )) {
        const ones = group.filter((offer) => offer.machine.count === 1).map((offer) => offer.usdPerHour!);
        const eights = group.filter((offer) => offer.machine.count === 8).map((offer) => offer.usdPerHour!);
        if (ones.length === 0 || eights.length === 0) continue;
        assert.ok(Math.min(...eights) > Math.min(...ones), `${provider} ${key}`);
      }
    }
  });

  it('prices by the accelerator exactly where the count is one', () => {
    none(offers.filter((offer) => offer.machine.perAccelerator && offer.machine.count !== 1).map(label));
    none(offers.filter((offer) => (offer.machine.accelerator === 'cpu') !== (offer.machine.count === 0)).map(label));
  });

  it('gives machines a count that hardware has: a fraction of one, or whole', () => {
    none(offers.filter(({ machine }) => machine.count > 1 && !Number.isInteger(machine.count)).map(label));
    none(
      offers
        .filter(({ machine }) => {
          const domain = catalog.accelerators.get(machine.accelerator)?.fastDomain;
          return domain !== undefined && domain >= 8 && machine.count > domain;
        })
        .map(label),
    );
  });

  it('marks what it scaled or computed as an estimate', () => {
    none(
      offers
        .filter((offer) => /scaled|savings\)|summed|GPU part/.test(offer.source) && offer.basis !== 'estimate')
        .map(label),
    );
    none(offers.filter((offer) => /secondary note/.test(offer.source) && offer.basis !== 'secondary').map(label));
  });

  it('keeps Multi-head latent attention’s own head size', () => {
    const latent = [...catalog.models.values()].filter((model) => model.kvLoraRank !== undefined);
    assert.ok(latent.length > 0);
    for (const model of latent) {
      assert.notEqual(model.headDim, model.hiddenSize! / model.heads!, model.id);
      assert.ok(model.qkRopeHeadDim !== undefined, model.id);
    }
  });

  it('has the families, engines and services of accelerators that exist', () => {
    none(
      [...catalog.accelerators.values()]
        .filter((chip) => catalog.framework('pytorch', chip.id) === undefined)
        .map((chip) => chip.id),
    );
    none(catalog.services.flatMap((service) => service.accelerators).filter((id) => !catalog.accelerators.has(id)));
  });
});

function groupKey(offer: Offer): string {
  return `${offer.machine.accelerator} ${offer.capacity}`;
}

function groupBy<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return Number.isInteger(half) ? (sorted[half - 1]! + sorted[half]!) / 2 : sorted[Math.floor(half)]!;
}
