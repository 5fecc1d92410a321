import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';

const catalog = embeddedCatalog();

/** The ids that the language's reference lists. */
const languageIds = `v100-16gb v100-32gb t4 a10 a10g a40 a100-40gb a100-80gb a100-40gb-pcie a100-80gb-pcie l4 l40 l40s
  h100-sxm h100-pcie h100-nvl h200 h200-nvl gh200 b200 gb200 b300 gb300 rtx-4090 rtx-5090 rtx-6000-ada rtx-a6000 rtx-pro-6000
  rtx-pro-4500 mi250 mi250x mi300x mi325x mi355x gaudi2 gaudi3 tpu-v4 tpu-v5e tpu-v5p tpu-v6e tpu-v7 inferentia1 inferentia2
  trainium1 trainium2 trainium3 cpu jetson-orin-nano jetson-orin-nx jetson-agx-orin jetson-agx-thor coral-edge-tpu hailo-8
  apple-neural-engine qualcomm-hexagon`
  .split(/\s+/)
  .filter((id) => id !== '');

describe('names of accelerators', () => {
  it('knows every id of the language', () => {
    assert.deepEqual(
      languageIds.filter((id) => !catalog.accelerators.has(id)),
      [],
    );
  });

  it('resolves an id to itself', () => {
    for (const id of languageIds) assert.deepEqual(catalog.resolveAccelerator(id), { kind: 'id', id });
  });

  const aliases: readonly (readonly [string, string, number?])[] = [
    ['H100', 'h100-sxm'],
    ['nvidia-h100', 'h100-sxm'],
    ['NVIDIA H100 PCIe', 'h100-pcie'],
    ['NVIDIA_L40S', 'l40s'],
    ['L40S', 'l40s'],
    ['AMD MI300X', 'mi300x'],
    ['Intel Gaudi3', 'gaudi3'],
    ['A100-80GB', 'a100-80gb'],
    ['Trillium', 'tpu-v6e'],
    ['ironwood', 'tpu-v7'],
    ['v5litepod', 'tpu-v5e'],
    ['v5e', 'tpu-v5e'],
    ['v5p', 'tpu-v5p'],
    ['google-tpu-v4', 'tpu-v4'],
    ['inf1', 'inferentia1'],
    ['inf2', 'inferentia2'],
    ['trn1', 'trainium1'],
    ['trn2', 'trainium2'],
    ['aws-trainium2', 'trainium2'],
    ['RTX 4090', 'rtx-4090'],
    ['tpu-v5p-8', 'tpu-v5p', 4],
    ['v4-32', 'tpu-v4', 16],
    ['v5litepod-16', 'tpu-v5e', 16],
    ['tpu-v6e-256', 'tpu-v6e', 256],
  ];
  for (const [name, id, count] of aliases) {
    it(`reads ${name} as ${id}${count === undefined ? '' : ` × ${String(count)}`}`, () => {
      assert.deepEqual(
        catalog.resolveAccelerator(name),
        count === undefined ? { kind: 'alias', id } : { kind: 'alias', id, count },
      );
    });
  }

  it('offers every form of a100 and v100, the smaller memory first', () => {
    for (const name of ['a100', 'V100']) {
      const match = catalog.resolveAccelerator(name);
      assert.equal(match.kind, 'ambiguous');
      const memory =
        match.kind === 'ambiguous' ? match.candidates.map((id) => catalog.accelerators.get(id)!.memoryBytes!) : [];
      assert.ok(memory.length >= 2);
      assert.deepEqual(
        memory,
        [...memory].sort((a, b) => a - b),
      );
    }
  });

  it('takes the one form that a provider has', () => {
    assert.deepEqual(catalog.resolveAccelerator('a100', 'hyperstack'), { kind: 'alias', id: 'a100-80gb-pcie' });
  });

  it('leaves a name open where the provider has several forms', () => {
    assert.equal(catalog.resolveAccelerator('a100', 'aws').kind, 'ambiguous');
  });

  it('counts no half chips: v5p-7 is no slice', () => {
    assert.deepEqual(catalog.resolveAccelerator('tpu-v5p-7'), { kind: 'unknown' });
  });

  it('is blind to case, spaces, underscores and the maker', () => {
    const id = fc.constantFrom(...languageIds);
    const maker = fc.constantFrom('', 'nvidia-', 'NVIDIA ', 'amd_', 'google-', 'AWS ');
    const gap = fc.constantFrom(' ', '_', '-');
    fc.assert(
      fc.property(id, maker, gap, fc.boolean(), (name, prefix, separator, upper) => {
        const written = prefix + name.replaceAll('-', separator);
        const match = catalog.resolveAccelerator(upper ? written.toUpperCase() : written);
        assert.ok(match.kind === 'id' || match.kind === 'alias');
        assert.equal(match.id, name);
      }),
    );
  });

  it('says unknown to any other text, and never throws', () => {
    for (const name of ['', ' ', '-', '__proto__', 'constructor', 'toString', 'h1000', 'tpu-v5p-', 'nvidia-']) {
      assert.deepEqual(catalog.resolveAccelerator(name), { kind: 'unknown' }, name);
    }
    fc.assert(fc.property(fc.string(), (name) => catalog.resolveAccelerator(name).kind.length > 0));
  });
});

describe('names of models', () => {
  it('finds a model by id, by alias and by its name on Hugging Face, case-blind', () => {
    for (const name of [
      'llama-3.1-8b',
      'Llama-3.1-8B',
      'meta-llama/llama-3.1-8b-instruct',
      'meta-llama/Meta-Llama-3.1-8B',
    ]) {
      assert.equal(catalog.resolveModel(name)?.id, 'llama-3.1-8b', name);
    }
  });

  it('finds every model by everything it is called, and no alias hides an id', () => {
    for (const model of catalog.models.values()) {
      assert.equal(catalog.resolveModel(model.id), model);
      for (const alias of model.aliases) assert.ok(catalog.resolveModel(alias.toUpperCase()), alias);
    }
  });

  it('does not know a model that is not there', () => {
    assert.equal(catalog.resolveModel('__proto__'), undefined);
    assert.equal(catalog.resolveModel('our-own-model'), undefined);
  });
});
