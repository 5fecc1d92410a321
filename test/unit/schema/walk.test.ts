import assert from 'node:assert/strict';
import type { Path } from '../../../server/src/manifest/source.ts';
import { manifestSchemaJson } from '../../../server/src/schema/generated.ts';
import { schemaAt } from '../../../server/src/schema/walk.ts';

const at = (path: Path, value?: unknown) => schemaAt(manifestSchemaJson, path, value);
const keys = (path: Path, value?: unknown) => at(path, value)?.keys.map((key) => key.name) ?? [];

describe('the schema at a path', () => {
  it('knows the keys of a mapping, required ones first', () => {
    assert.deepEqual(keys([]).slice(0, 2), ['version', 'workloads']);
    assert.equal(keys(['workloads', 'any name'])[0], 'phase');
    assert.deepEqual(
      at(['workloads', 'a'])
        ?.keys.filter((key) => key.required)
        .map((key) => key.name),
      ['phase'],
    );
    assert.deepEqual(keys(['workloads', 'a', 'network']), ['private', 'encryption']);
  });

  it('asks for no phase in the defaults', () => {
    assert.deepEqual(
      at(['defaults'])?.keys.filter((key) => key.required),
      [],
    );
  });

  it('knows the words of a list, also inside one', () => {
    assert.deepEqual(at(['workloads', 'a', 'training', 'method'])?.values, ['full', 'lora', 'qlora']);
    assert.deepEqual(at(['policy', 'encryption', 0])?.values, ['at-rest', 'in-transit']);
  });

  it('knows dimension, default and example of a quantity', () => {
    const place = at(['workloads', 'a', 'serving', 'autoscaling', 'targetUtilization']);
    assert.deepEqual(
      [place?.types, place?.dimension, place?.default, place?.examples],
      [['quantity'], 'share', '70 %', ['70%']],
    );
  });

  it('knows which names of the catalogue may stand somewhere', () => {
    assert.equal(at(['workloads', 'a', 'target', 'accelerator'])?.valueList, 'accelerator');
    assert.equal(
      at(['workloads', 'a', 'alternatives', 2, 'burst', 'provider'])?.valueList ??
        at(['workloads', 'a', 'alternatives', 2, 'provider'])?.valueList,
      'provider',
    );
    assert.equal(at(['policy', 'regions', 0])?.valueList, 'region');
    assert.equal(at(['rules'])?.keyList, 'rule');
  });

  it('offers every branch where nothing is written yet', () => {
    const place = at(['workloads', 'a', 'target']);
    assert.deepEqual(place?.values, ['auto']);
    assert.ok(place?.keys.some((key) => key.name === 'provider'));
    assert.deepEqual(keys(['workloads', 'a', 'serving', 'requests']), ['average', 'peak']);
  });

  it('follows the branch that is written', () => {
    const value = { workloads: { a: { target: { provider: 'aws' }, checkpointing: { keep: 3 } } } };
    assert.deepEqual(at(['workloads', 'a', 'target'], value)?.values, []);
    assert.deepEqual(at(['workloads', 'a', 'checkpointing'], value)?.types, ['mapping']);
  });

  it('knows nothing outside the language', () => {
    assert.equal(at(['workloads', 'a', 'nonsense']), undefined);
    assert.equal(at(['name', 'deeper']), undefined);
    assert.equal(at(['toString']), undefined);
    assert.equal(at(['workloads', 'a', 'constructor']), undefined);
  });
});
