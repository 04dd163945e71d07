import { describe, expect, test } from '@jest/globals';
import { compareLatest } from './compare-latest.ts';
import type { Folded } from './fold-entity.ts';
import type { Latest } from './latest-records.ts';
import { Report, sentenceFor } from './report.ts';

const state = {
  orderId: 'o1',
  status: 'placed',
  lines: [{ sku: 'A', quantity: 2, unitPrice: { amount: 1999, currency: 'EUR' } }],
  total: { amount: 3998, currency: 'EUR' },
  validateBy: 1_000,
  reason: null,
};
const folded = new Map<string, Folded>([['o1', { version: 1, bornAt: 5, updatedAt: 6, state }]]);

describe('latest records against the fold', () => {
  const latest: Latest = { place: 'order-latest-0 offset 3', version: 1, state };
  const compared = (records: [string, Latest][]) => {
    const report = new Report();
    compareLatest('order-latest', folded, new Map(records), report);
    return report.differences.kept.map(sentenceFor);
  };

  test('agree', () => {
    expect(compared([['o1', latest]])).toEqual([]);
  });

  test.each(Object.keys(state))('differ in %s', (field) => {
    const damaged = { ...latest, state: { ...state, [field]: 'damaged' } };
    expect(compared([['o1', damaged]])).toEqual([
      expect.stringContaining(`I7 o1 at order-latest-0 offset 3: ${field} should be`),
    ]);
  });

  test('differ in a field that no event tells, and in the version', () => {
    const more = { ...latest, state: { ...state, note: 'x' } };
    expect(compared([['o1', more]])).toEqual([expect.stringContaining('note should be absent and is "x".')]);
    expect(compared([['o1', { ...latest, version: 2 }]])).toEqual([
      'I7 o1 at order-latest-0 offset 3: the entity version should be 1 and is 2.',
    ]);
  });

  test('miss a record, and find one without events unless nothing has happened yet', () => {
    expect(compared([])).toEqual(['I7 o1 at order-latest: the entity version should be 1 and is absent.']);
    const others: [string, Latest][] = [
      ['o2', latest],
      ['o3', { ...latest, version: 0 }],
    ];
    expect(compared([['o1', latest], ...others])).toEqual([
      'I7 o2 at order-latest-0 offset 3: its number of events should be 1 and is 0.',
    ]);
  });
});
