import { expect, test } from '@jest/globals';
import { projectionsReport } from './projections-report.ts';

type Status = ReturnType<Parameters<typeof projectionsReport>[0]>;

const partition = (state: 'running' | 'waiting' | 'stopped') => ({
  topic: 'tally-events',
  partition: 0,
  position: 0,
  lag: 0,
  state,
  counts: { consumed: 0, projected: 0, duplicates: 0 },
});
const running = { projection: 'tallies_v1', partitions: [partition('running')] };
const none = { ...running, partitions: [] };
const up: Status = { started: true, projections: [running] };

/** What is answered to each status in turn. */
const readiness = (...statuses: Status[]): boolean[] => {
  const turns = statuses.values();
  const report = projectionsReport(() => turns.next().value!);
  return statuses.map(() => report().ready);
};

test('ready when all partitions run', () => {
  expect(readiness(up)).toEqual([true]);
});

test.each<[string, Status]>([
  ['before the start', { started: false, error: 'no database', projections: [] }],
  ['before the first assignment', { ...up, projections: [none] }],
  [
    'while one of the projections has no partitions yet',
    { ...up, projections: [running, { ...none, projection: 'b' }] },
  ],
  ['out of the consumer group', { ...up, projections: [{ ...running, error: 'no broker' }] }],
  ['out of the consumer group, without partitions', { ...up, projections: [{ ...none, error: 'no broker' }] }],
  ['while a partition waits', { ...up, projections: [{ ...running, partitions: [partition('waiting')] }] }],
  ['while a partition is stopped', { ...up, projections: [{ ...running, partitions: [partition('stopped')] }] }],
])('not ready %s', (_case, status) => {
  expect(readiness(status)).toEqual([false]);
});

test('ready without partitions once there were some: others may hold them', () => {
  expect(readiness({ ...up, projections: [none] }, up, { ...up, projections: [none] })).toEqual([false, true, true]);
});

test('not ready when it falls out of the group later', () => {
  expect(readiness(up, { ...up, projections: [{ ...none, error: 'no broker' }] }, up)).toEqual([true, false, true]);
});
