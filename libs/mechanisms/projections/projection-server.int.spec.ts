import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import { waitFor } from '#mechanisms/testing/wait-for';
import { Postgres, sqlFor } from './index.ts';
import { freshDatabase } from './testing/fresh-database.ts';
import { tallyRecord, tallyRecords } from './testing/tally.projection.ts';
import { rowsOf, TallyApps } from './testing/tally-apps.ts';

let apps: TallyApps;
beforeAll(async () => {
  apps = await TallyApps.open(process.env['TEST_KAFKA_BROKERS']!, process.env['TEST_DATABASE_URL']!);
});
afterEach(() => apps.reset());
afterAll(() => apps.close());

const killConnections = (name: string) =>
  apps.onServer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);

test('an application projects what is written, and answers by token', async () => {
  const { write, start } = await apps.topic();
  await write(0, tallyRecords(0, v7(), ['a', 'b']));
  const { rows, partitions, server } = await start();
  const token = await write(1, tallyRecords(0, v7(), ['c']));
  await waitFor(() => partitions().every(({ lag }) => lag === 0) && partitions().length === 2);
  expect(await rows(token)).toEqual([
    { count: '2', notes: 'ab' },
    { count: '1', notes: 'c' },
  ]);
  expect(server.projections().started).toBe(true);
  expect(partitions().map(({ state, counts }) => ({ state, ...counts }))).toEqual([
    { state: 'running', consumed: 3, projected: 3, duplicates: 0, parked: 0, discarded: 0 },
    { state: 'running', consumed: 2, projected: 2, duplicates: 0, parked: 0, discarded: 0 },
  ]);
}, 30_000);

test('a second application takes partitions over, and both go on from the checkpoints', async () => {
  const { write, start } = await apps.topic();
  const first = await start();
  await first.rows(await write(0, tallyRecords(0, v7(), ['a'])));
  const second = await start();
  await waitFor(() => first.partitions().length === 1 && second.partitions().length === 1, 20_000);
  await write(0, tallyRecords(0, v7(), ['b']));
  await first.rows(await write(1, tallyRecords(0, v7(), ['c'])));
  await waitFor(async () => (await rowsOf(sqlFor('tallies_v1', first.app.get(Postgres).pool))).length === 3);
  expect(await rowsOf(sqlFor('tallies_v1', first.app.get(Postgres).pool))).toEqual([
    { count: '1', notes: 'a' },
    { count: '1', notes: 'b' },
    { count: '1', notes: 'c' },
  ]);
}, 60_000);

test('connections that are killed, and a database that is away at first, are got over without a restart', async () => {
  const { write, start } = await apps.topic();
  const later = await freshDatabase(apps.url);
  await later.drop();
  const name = new URL(later.url).pathname.slice(1);
  const { rows, server, stop } = await start({ url: later.url, isAwaited: false });
  await waitFor(() => server.projections().error !== undefined);
  await apps.onServer(`CREATE DATABASE ${name}`);
  await waitFor(() => server.projections().started);
  const tallyId = v7();
  await rows(await write(0, tallyRecords(0, tallyId)));
  for (let version = 2; version <= 10; version++) {
    const killed = killConnections(name);
    const token = await write(0, [tallyRecord(0, { type: 'Counted', tallyId, note: 'x' }, version)]);
    await killed;
    const answer = () => rows(token).catch(() => undefined);
    expect(await waitFor(answer, 30_000)).toEqual([{ count: String(version - 1), notes: 'x'.repeat(version - 1) }]);
  }
  await stop();
  await later.drop();
}, 90_000);

test('a database that is emptied while it is in use is filled again', async () => {
  const { write, start } = await apps.topic();
  const { rows } = await start();
  await rows(await write(0, tallyRecords(0, v7(), ['a'])));
  await apps.onServer('DROP SCHEMA projections, tallies_v1 CASCADE');
  const token = await write(0, tallyRecords(0, v7(), ['b']));
  expect(await waitFor(() => rows(token).catch(() => undefined), 30_000)).toHaveLength(2);
}, 60_000);

test('a bad event is parked, loudly: its entity is not answered with a token, everything else goes on', async () => {
  const { write, start } = await apps.topic();
  const { rows, partitions, controller } = await start();
  controller.beforeEach = ({ event }) => {
    if (event.type === 'Counted' && event.note === 'bad') throw new Error('a bug in the handler');
  };
  const [bad, other] = [v7(), v7()];
  const parked = await write(0, tallyRecords(0, bad, ['good', 'bad', 'behind']));
  const behind = await write(0, tallyRecords(0, other, ['good']));
  expect(await rows({ ...behind, entityId: other })).toEqual([
    { count: '1', notes: 'good' },
    { count: '1', notes: 'good' },
  ]);
  expect(partitions().find(({ partition }) => partition === 0)).toMatchObject({
    state: 'running',
    counts: { consumed: 6, projected: 4, duplicates: 0, parked: 2, discarded: 0 },
  });
  const ofBad = { ...parked, entityId: bad };
  await expect(rows(ofBad)).rejects.toMatchObject({ code: 'ENTITY_PARKED', retriable: true });
  await expect(rows({ ...ofBad, offset: parked.offset - 2 })).resolves.toHaveLength(2);
  const told = apps.lines.filter(({ level, message }) => level === 'error' && message.includes('parked'));
  expect(told).toEqual([
    {
      level: 'error',
      fields: expect.objectContaining({ partition: 0, offset: 2, entity: bad, reason: 'a bug in the handler' }),
      message: expect.stringMatching(/offset 2: a bug in the handler; see factstream dlq list/),
    },
  ]);
}, 60_000);

test('too many bad events stop their partition, loudly, and only that; when the cause is gone it goes on', async () => {
  const { write, start } = await apps.topic();
  const { rows, partitions, controller } = await start({ mostParked: 2 });
  controller.beforeEach = ({ event }) => {
    if (event.type === 'Counted' && event.note === 'bad') throw new Error('a bug in the handler');
  };
  for (let parked = 0; parked < 2; parked += 1) await write(0, tallyRecords(0, v7(), ['bad']));
  const entityId = v7();
  const bad = { ...(await write(0, tallyRecords(0, entityId, ['good', 'bad', 'behind']))), entityId };
  const other = await write(1, tallyRecords(0, v7(), ['good']));
  const stopped = await waitFor(() => partitions().find(({ state }) => state === 'stopped'));
  expect(stopped).toMatchObject({
    partition: 0,
    error: expect.stringMatching(/2 bad events stand.*a bug in the handler/),
  });
  expect(await rows(other)).toHaveLength(4);
  expect(apps.lines).toContainEqual({
    level: 'error',
    fields: expect.objectContaining({ partition: 0, reason: expect.stringContaining('a bug') }),
    message: expect.stringContaining('stopped'),
  });
  controller.beforeEach = () => undefined;
  expect(await rows(bad)).toContainEqual({ count: '3', notes: 'goodbadbehind' });
  await waitFor(() => partitions().every(({ state }) => state === 'running'));
}, 60_000);
