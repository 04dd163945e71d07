import { expect, test } from '@jest/globals';
import { projectionsReport } from './projections-report.ts';

type Status = ReturnType<Parameters<typeof projectionsReport>[0]>;

const partition = (state: 'running' | 'waiting' | 'stopped') => ({
  topic: 'tally-events',
  partition: 0,
  position: 0,
  lag: 0,
  state,
  counts: { consumed: 2, projected: 1, duplicates: 0, parked: 1, discarded: 0 },
});
const running = { projection: 'tallies_v1', isCurrent: true, isPaused: false, partitions: [partition('running')] };
const none = { ...running, partitions: [] };
const up: Status = { started: true, projections: [running] };

const isReady = (status: Status): boolean => projectionsReport(() => status)().ready;

test('ready when all partitions run, whatever is parked', () => {
  expect(isReady(up)).toBe(true);
});

test('ready whatever holds up a version that nobody reads', () => {
  const stopped = { ...running, isCurrent: false, partitions: [partition('stopped')] };
  expect(isReady({ ...up, projections: [running, stopped] })).toBe(true);
});

test('ready without partitions: others may hold them all', () => {
  expect(isReady({ ...up, projections: [running, none] })).toBe(true);
});

test.each<[string, Status]>([
  ['before the start', { started: false, error: 'no database', projections: [] }],
  ['out of the consumer group', { ...up, projections: [{ ...running, error: 'no broker' }] }],
  ['out of the consumer group, without partitions', { ...up, projections: [{ ...none, error: 'no broker' }] }],
  ['while a partition waits', { ...up, projections: [{ ...running, partitions: [partition('waiting')] }] }],
  ['while a partition is stopped', { ...up, projections: [{ ...running, partitions: [partition('stopped')] }] }],
])('not ready %s', (_case, status) => {
  expect(isReady(status)).toBe(false);
});
