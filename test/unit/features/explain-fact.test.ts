import assert from 'node:assert/strict';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { acceleratorBlocks, modelBlocks, regionBlocks } from '../../../server/src/features/explain-fact.ts';
import { renderPlain } from '../../../server/src/features/markdown.ts';

const catalog = embeddedCatalog();

describe('what a hover says of where facts are from', () => {
  it('names the fields of a chip that no source states, and those that were computed', () => {
    const text = renderPlain(acceleratorBlocks(catalog.accelerators.get('h100-nvl')!, catalog));
    assert.match(text, /No source states: link\. Computed: fp8, memory, link\./);
    assert.match(text, /Source: github:/);
  });

  it('says what a region’s carbon figure is based on', () => {
    const text = renderPlain(regionBlocks(catalog.region('aws', 'us-east-1')!));
    assert.match(text, /g CO₂ per kWh \(2024, .*operational emissions/);
    assert.match(text, /power usage effectiveness {2}1\.15 \(region\)/);
  });

  it('says how the parameters of a model are known', () => {
    const computed = renderPlain(modelBlocks(catalog.models.get('llama-3.1-8b')!));
    assert.match(computed, /Parameters: computed from dimensions\./);
  });
});
