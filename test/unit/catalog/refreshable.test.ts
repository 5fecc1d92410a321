import assert from 'node:assert/strict';
import { REFRESHABLE_PROVIDERS } from '../../../server/src/catalog/refreshable.ts';
import { refreshableProviders } from '../../../server/src/catalog/refresh/refresh.ts';

describe('the providers that AI710 speaks of', () => {
  it('are those that a refresh has prices of', () => {
    assert.deepEqual([...REFRESHABLE_PROVIDERS].sort(), refreshableProviders());
  });
});
