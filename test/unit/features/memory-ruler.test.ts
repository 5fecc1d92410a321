import assert from 'node:assert/strict';
import { memoryRuler } from '../../../server/src/features/memory-ruler.ts';
import type { MemoryParts, MemoryPlan } from '../../../server/src/planner/types.ts';

const NONE: MemoryParts = { weights: 0, gradients: 0, optimizer: 0, activations: 0, kvCache: 0, overhead: 0 };
const plan = (parts: Partial<MemoryParts>, capacityBytes: number | null = 40): MemoryPlan => ({
  perAcceleratorBytes: null,
  capacityBytes,
  verdict: 'unknown',
  partsBytes: { ...NONE, ...parts },
});

describe('the memory ruler', () => {
  it('draws each part by its share, and what is free', () => {
    const ruler = memoryRuler(plan({ weights: 10, optimizer: 8, overhead: 2 }));
    assert.equal(ruler, `${'█'.repeat(10)}${'▒'.repeat(8)}${'░'.repeat(2)}${'·'.repeat(20)}│`);
  });

  it('shows a part that is there, however small', () => {
    assert.match(memoryRuler(plan({ weights: 10, gradients: 0.001 })) ?? '', /^█{10}▓·{29}│$/);
  });

  it('goes on behind the end of a device that is too small, and stops somewhere', () => {
    assert.equal(memoryRuler(plan({ weights: 44 })), `${'█'.repeat(40)}│${'█'.repeat(4)}`);
    assert.match(memoryRuler(plan({ weights: 1e6 })) ?? '', /^█{40}│█{16}…$/);
  });

  it('is not drawn where the parts or the device are not known', () => {
    assert.equal(memoryRuler({ ...plan({}), partsBytes: null }), undefined);
    assert.equal(memoryRuler(plan({ weights: 1 }, null)), undefined);
    assert.equal(memoryRuler(plan({ weights: 1 }, 0)), undefined);
  });
});
