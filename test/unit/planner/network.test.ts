import assert from 'node:assert/strict';
import { referenceNetwork } from '../../../server/src/planner/network.ts';
import { fastDomainOf } from '../../../server/src/planner/offers.ts';
import { catalog } from './placements.ts';

function chip(id: string) {
  const found = catalog.accelerators.get(id);
  assert.ok(found, id);
  return found;
}

describe('the network between machines', () => {
  it('is that of the usual machine of the chip where nobody states it', () => {
    assert.equal(referenceNetwork(chip('h100-sxm'), 8), 50e9);
    assert.equal(referenceNetwork(chip('a100-80gb'), 8), 25e9);
    assert.equal(referenceNetwork(chip('gb300'), 4), 100e9);
    assert.ok(referenceNetwork(chip('rtx-4090'), 8) < referenceNetwork(chip('h100-sxm'), 8));
  });

  it('is shared by the accelerators of a machine on plain Ethernet, and never faster for being named', () => {
    for (const accelerator of catalog.accelerators.values()) {
      const usual = referenceNetwork(accelerator, 8);
      assert.ok(usual > 0);
      assert.equal(referenceNetwork(accelerator, 8, 'infiniband'), usual);
      assert.ok(referenceNetwork(accelerator, 8, 'ethernet') <= usual);
      assert.ok(referenceNetwork(accelerator, 8, 'none') <= referenceNetwork(accelerator, 8, 'ethernet'));
    }
  });

  it('is not needed inside a rack of 72 or a slice, and begins at the machine elsewhere', () => {
    assert.equal(fastDomainOf(chip('gb200'), 4), 72);
    assert.equal(fastDomainOf(chip('tpu-v5e'), 8), 256);
    assert.equal(fastDomainOf(chip('h100-sxm'), 8), 8);
    assert.equal(fastDomainOf(chip('a100-40gb'), 8), 8);
  });
});
