import assert from 'node:assert/strict';
import { ageInDays, isStale, spanOfDates } from '../../../server/src/catalog/age.ts';

describe('the age of a number', () => {
  it('is counted in days from its date', () => {
    assert.equal(ageInDays('2026-11-24', '2026-11-24'), 0);
    assert.equal(ageInDays('2026-11-23', '2026-11-24'), 1);
    assert.equal(ageInDays('2025-11-24', '2026-11-24'), 365);
    assert.equal(ageInDays('2024-02-28', '2024-03-01'), 2);
  });

  it('takes the first day of a month or a year, so that no age is told too small', () => {
    assert.equal(ageInDays('2026-11', '2026-11-24'), 23);
    assert.equal(ageInDays('2026', '2026-11-24'), 327);
  });

  it('is never negative, and not known for what is undated', () => {
    assert.equal(ageInDays('2027-01-01', '2026-11-24'), 0);
    assert.equal(ageInDays('', '2026-11-24'), undefined);
    assert.equal(ageInDays('undated', '2026-11-24'), undefined);
  });

  it('is stale after a year, or when undated', () => {
    assert.equal(isStale('2025-11-24', '2026-11-24'), false);
    assert.equal(isStale('2025-11-23', '2026-11-24'), true);
    assert.equal(isStale('2025', '2026-11-24'), true);
    assert.equal(isStale('', '2026-11-24'), true);
  });

  it('of several is told by the oldest, the newest and how many are undated', () => {
    assert.deepEqual(spanOfDates(['2026-07', '2025-01-02', '', '2026-07-30']), {
      oldest: '2025-01-02',
      newest: '2026-07-30',
      undated: 1,
    });
    assert.deepEqual(spanOfDates([]), { oldest: '', newest: '', undated: 0 });
  });
});
