import { expect, test } from '@jest/globals';
import type { Progress } from './progress-meter.ts';
import { progressTable, stateOf } from './progress-table.ts';

const current: Progress = {
  projection: 'orders',
  version: 1,
  revision: 1,
  isCurrent: true,
  isPaused: false,
  rate: null,
  madeAt: '2026-11-02 10:00:00+00',
  isWhole: true,
  consumed: 120_000,
  parked: 0,
  offsets: [],
  behind: 0,
};

test('every version has a line', () => {
  const filling = {
    ...current,
    version: 2,
    isCurrent: false,
    behind: 70_000,
    eventsPerSecond: 4999.6,
    secondsLeft: 13.2,
  };
  expect(progressTable([current, { ...filling, consumed: 50_000, parked: 3 }])).toBe(
    [
      'version    revision  state    events  parked  behind  events/s  left',
      'orders_v1  1         current  120000  0       0',
      'orders_v2  1         filling  50000   3       70000   5000      14 s',
      '',
    ].join('\n'),
  );
});

test.each([
  [{}, 'current'],
  [{ behind: 5_000 }, 'current'],
  [{ isPaused: true }, 'current, paused'],
  [{ isCurrent: false }, 'caught up'],
  [{ isCurrent: false, behind: 5_000 }, 'filling'],
  [{ isCurrent: false, behind: 5_000, isPaused: true }, 'filling, paused'],
])('%j is %s', (more, state) => {
  expect(stateOf({ ...current, ...more })).toBe(state);
});
