import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { KafkaConnection, Topics, TransactionalWriter } from '#mechanisms/kafka/index';
import type { LogRecord } from '#mechanisms/kafka/index';
import { SchemaTopic } from '#mechanisms/schemas/index';
import { waitFor } from '#mechanisms/testing/wait-for';
import { Postgres, ProjectionReads, ProjectionServer, ProjectionsModule } from './index.ts';
import type { Sql } from './index.ts';
import { freshDatabase } from './testing/fresh-database.ts';
import { tallyCatalogue, tallyProjection, tallyRecord, tallyRecords } from './testing/tally.projection.ts';

interface Line {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}
const lines: Line[] = [];
const log = (level: string) => (fields: object, message: string) => void lines.push({ level, fields, message });
const logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
const brokers = (process.env['TEST_KAFKA_BROKERS'] ?? '').split(',');
const kafka = new KafkaConnection({ brokers, clientId: 'projections-test' }, logger);
const writer = TransactionalWriter.open(kafka, `projections-test-${randomUUID()}`);
const schemas = { catalogue: tallyCatalogue, refresh: () => Promise.resolve() };

@Global()
@Module({
  providers: [
    { provide: KafkaConnection, useValue: kafka },
    { provide: SchemaTopic, useValue: schemas },
  ],
  exports: [KafkaConnection, SchemaTopic],
})
class KafkaTestModule {}

let database: Awaited<ReturnType<typeof freshDatabase>>;
const apps: INestApplication[] = [];
beforeAll(async () => {
  database = await freshDatabase(process.env['TEST_DATABASE_URL']!);
});
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  await onServer('DROP SCHEMA IF EXISTS projections, tallies_v1 CASCADE');
});
afterAll(async () => {
  (await writer).close();
  kafka.close();
  await database.drop();
});

/** A fresh topic with two partitions, and applications that project it. */
async function tallyTopic() {
  const { tally, tallies, TallyProjection } = tallyProjection(`tally-${randomUUID()}`);
  const name = tally.events.topic;
  await new Topics(kafka).ensure([{ name, partitions: 2, replicationFactor: 1, config: {} }]);
  const write = async (partition: number, records: readonly LogRecord[]) => {
    const outgoing = records.map(({ key, value, headers, timestamp }) => ({
      key: String(key),
      value,
      headers: Object.fromEntries(Object.entries(headers).map(([header, content]) => [header, String(content)])),
      timestamp,
    }));
    const committed = await (await writer).commit([{ topic: name, partition, records: outgoing }]);
    return { topic: name, partition, offset: committed[0]!.baseOffset + records.length - 1, entityId: v7() };
  };
  const start = async (url = database.url, isAwaited = true, more: { mostParked?: number } = {}) => {
    const settings = { app: `test-${name}`, postgres: { url }, ...more };
    const module = await Test.createTestingModule({
      imports: [KafkaTestModule, ProjectionsModule.for(settings)],
      controllers: [TallyProjection],
    }).compile();
    const app = module.createNestApplication(new FastifyAdapter(), { logger: false });
    apps.push(app);
    const server = app.get(ProjectionServer);
    app.connectMicroservice({ strategy: server });
    await app.startAllMicroservices();
    await app.init();
    if (isAwaited) await waitFor(() => server.projections().started);
    const reads = app.get(ProjectionReads);
    return {
      app,
      server,
      controller: app.get(TallyProjection),
      partitions: () => server.projections().projections[0]?.partitions ?? [],
      rows: (token: Parameters<typeof reads.read>[1]['tokens'][number]) =>
        reads.read([tallies], { tokens: [token], waitMs: 15_000 }, rowsOf),
    };
  };
  return { write, start };
}

const rowsOf = async (sql: Sql): Promise<unknown[]> =>
  (await sql.query('SELECT count, notes FROM tallies_v1.tallies ORDER BY tally_id')).rows as unknown[];

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

const killConnections = (name: string) =>
  onServer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);

test('an application projects what is written, and answers by token', async () => {
  const { write, start } = await tallyTopic();
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
  const { write, start } = await tallyTopic();
  const first = await start();
  await first.rows(await write(0, tallyRecords(0, v7(), ['a'])));
  const second = await start();
  await waitFor(() => first.partitions().length === 1 && second.partitions().length === 1, 20_000);
  await write(0, tallyRecords(0, v7(), ['b']));
  await first.rows(await write(1, tallyRecords(0, v7(), ['c'])));
  await waitFor(async () => (await rowsOf(first.app.get(Postgres).pool)).length === 3);
  expect(await rowsOf(first.app.get(Postgres).pool)).toEqual([
    { count: '1', notes: 'a' },
    { count: '1', notes: 'b' },
    { count: '1', notes: 'c' },
  ]);
}, 60_000);

test('connections that are killed, and a database that is away at first, are got over without a restart', async () => {
  const { write, start } = await tallyTopic();
  const later = await freshDatabase(database.url);
  await later.drop();
  const name = new URL(later.url).pathname.slice(1);
  const { rows, server } = await start(later.url, false);
  await waitFor(() => server.projections().error !== undefined);
  await onServer(`CREATE DATABASE ${name}`);
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
  await apps.pop()!.close();
  await later.drop();
}, 90_000);

test('a database that is emptied while it is in use is filled again', async () => {
  const { write, start } = await tallyTopic();
  const { rows } = await start();
  await rows(await write(0, tallyRecords(0, v7(), ['a'])));
  await onServer('DROP SCHEMA projections, tallies_v1 CASCADE');
  const token = await write(0, tallyRecords(0, v7(), ['b']));
  expect(await waitFor(() => rows(token).catch(() => undefined), 30_000)).toHaveLength(2);
}, 60_000);

test('a bad event is parked, loudly: its entity is not answered with a token, everything else goes on', async () => {
  const { write, start } = await tallyTopic();
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
  const told = lines.filter(({ level, message }) => level === 'error' && message.includes('parked'));
  expect(told).toEqual([
    {
      level: 'error',
      fields: expect.objectContaining({ partition: 0, offset: 2, entity: bad, reason: 'a bug in the handler' }),
      message: expect.stringMatching(/offset 2: a bug in the handler; see factstream dlq list/),
    },
  ]);
}, 60_000);

test('too many bad events stop their partition, loudly, and only that; when the cause is gone it goes on', async () => {
  const { write, start } = await tallyTopic();
  const { rows, partitions, controller } = await start(database.url, true, { mostParked: 2 });
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
  expect(lines).toContainEqual({
    level: 'error',
    fields: expect.objectContaining({ partition: 0, reason: expect.stringContaining('a bug') }),
    message: expect.stringContaining('stopped'),
  });
  controller.beforeEach = () => undefined;
  expect(await rows(bad)).toContainEqual({ count: '3', notes: 'goodbadbehind' });
  await waitFor(() => partitions().every(({ state }) => state === 'running'));
}, 60_000);
