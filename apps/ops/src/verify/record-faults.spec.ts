import { expect, test } from '@jest/globals';
import { RecordFaults } from './record-faults.ts';
import { Report } from './report.ts';

const fault = (place: string, what = 'the value') =>
  ({ invariant: 'I3', entity: 'a', place, what, expected: 'an event', found: 'garbage' }) as const;

function settled(projections: number, discards: readonly string[]): Report {
  const report = new Report();
  const faults = new RecordFaults(report, () => new Map());
  for (const one of [fault('1'), fault('2'), fault('2', 'the key')]) faults.add(one);
  for (const place of discards) faults.discarded(place);
  expect(report.differences.count).toBe(0);
  faults.settle(projections);
  faults.add(fault('3'));
  return report;
}
const placesIn = (report: Report): string[] => report.differences.kept.map(({ place }) => place);

test('nobody has given it up: it is a difference', () => {
  expect(placesIn(settled(2, []))).toEqual(['1', '2', '2', '3']);
});

test('not every projection has given it up: it is a difference', () => {
  expect(placesIn(settled(2, ['2', '1']))).toEqual(['1', '2', '2', '3']);
});

test('every projection has given it up: it is told, and no difference', () => {
  const report = settled(2, ['2', '1', '2', '4']);
  expect(placesIn(report)).toEqual(['1', '3']);
  expect(report.notes.kept).toEqual([
    'Discarded by every projection: I3 a at 2: the value should be "an event" and is "garbage".',
    'Discarded by every projection: I3 a at 2: the key should be "an event" and is "garbage".',
  ]);
});

test('without a projection nothing can be given up', () => {
  expect(placesIn(settled(0, []))).toEqual(['1', '2', '2', '3']);
});
