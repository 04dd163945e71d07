import { expect, test } from '@jest/globals';
import { compareCounts } from './compare-counts.ts';
import { Report, sentenceFor } from './report.ts';

const checkpoint = { nextOffset: 20, consumed: 9, projected: 5, duplicates: 1, parked: 2, discarded: 1 };

function found(damage: Partial<typeof checkpoint>, records = 9, parked = 2): string[] {
  const report = new Report();
  const partition = 'order-events-1';
  compareCounts('orders_v1', { partition, checkpoint: { ...checkpoint, ...damage }, records, parked }, report);
  return report.differences.kept.map(sentenceFor);
}

test('counts add up, and are those of the log and of the table of parked records', () => {
  expect(found({})).toEqual([]);
  expect(found({}, 10)).toEqual([
    'I5 orders_v1 at order-events-1: the number of consumed records should be 10 and is 9.',
  ]);
  for (const name of ['projected', 'duplicates', 'discarded'] as const) {
    expect(found({ [name]: checkpoint[name] + 1 })).toEqual([
      'I5 orders_v1 at order-events-1: the number of consumed records by what became of them should be 9 and is 10.',
    ]);
  }
  expect(found({}, 9, 1)).toEqual([
    'I5 orders_v1 at order-events-1: the number of parked records should be 1 and is 2.',
  ]);
});
