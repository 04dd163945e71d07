import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import { deadLetterTopicOf } from '#mechanisms/dead-letters/index';
import { Topics } from '#mechanisms/kafka/index';
import type { LogRecord } from '#mechanisms/kafka/index';
import { connectTo, recordsIn } from '#mechanisms/kafka/testing/kafka-under-test';
import { Stranger } from '#mechanisms/kafka/testing/stranger';
import type { Message } from '#mechanisms/kafka/testing/stranger';
import { waitFor } from '#mechanisms/testing/wait-for';
import { applyThrough } from '../batches/apply-through.ts';
import { ProcessedEvents } from '../batches/processed-events.ts';
import { sourceOf } from '../batches/source.ts';
import { versionOf } from '../projection.ts';
import { CheckpointWatch } from '../reading/checkpoint-watch.ts';
import { LiveWork } from '../running/pace.ts';
import { ProjectionRunner } from '../running/projection-runner.ts';
import type { ProjectionBench } from '../testing/projection-bench.ts';
import { openTallyBench } from '../testing/tally-bench.ts';
import { tallyCatalogue, tallyProjection, tallyRecord, tallyRecords } from '../testing/tally.projection.ts';

const kafka = connectTo();
const stranger = new Stranger();
beforeAll(() => stranger.connect());
afterAll(async () => {
  await stranger.disconnect();
  kafka.close();
});

const { tally, tallies, TallyProjection } = tallyProjection(`tally-${randomUUID()}`);
const topic = tally.events.topic;
const letters = deadLetterTopicOf(topic);
const controller = new TallyProjection();
const message = ({ key, value, headers }: LogRecord): Message => ({ key, value, headers });
const counted = (tallyId: string, version: number, note = '!') =>
  message(tallyRecord(0, { type: 'Counted', tallyId, note }, version));

let bench: ProjectionBench;
let runner: ProjectionRunner;
const start = async () => {
  const { pool } = bench.postgres;
  const apply = applyThrough(((events: never, sql: never) => controller.apply(events, sql)) as never);
  runner = new ProjectionRunner({
    projection: versionOf(tallies, 1),
    sources: new Map([[topic, sourceOf(tally, tallyCatalogue, apply)]]),
    pool,
    processed: new ProcessedEvents(pool),
    refreshSchemas: () => Promise.resolve(),
    live: new LiveWork(),
    terms: { isCurrent: true, rate: null },
    kafka,
    watch: new CheckpointWatch(bench.postgres),
    groupId: `test-${topic}`,
    partitionsAtOnce: 1,
  });
  await runner.start();
};
beforeAll(async () => {
  await new Topics(kafka).ensure([{ name: topic, partitions: 1, replicationFactor: 1, config: {} }]);
});
beforeEach(async () => {
  bench = await openTallyBench(process.env['TEST_DATABASE_URL']!, { tallies, tally }, controller);
});
afterEach(async () => {
  await runner.stop();
  await bench.close();
});

const unsent = async () => {
  const { rowCount } = await bench.postgres.pool.query('SELECT FROM projections.parked_events WHERE sent_at IS NULL');
  return rowCount!;
};

test('while letters cannot be published the projection goes on; once they can, also after a restart, each is there', async () => {
  const [a, b] = [v7(), v7()];
  await stranger.write(topic, 0, counted(a, 1, 'no\0'), ...tallyRecords(0, b, ['z']).map(message));
  await start();
  await waitFor(async () => (await bench.rows('tallies', 'tally_id')).length === 1);
  expect(await unsent()).toBe(1);
  await runner.stop();
  await new Topics(kafka).ensure([
    { name: letters, partitions: 1, replicationFactor: 1, config: { 'max.message.bytes': '4194304' } },
  ]);
  await start();
  await waitFor(async () => (await unsent()) === 0);
  const [letter] = await recordsIn(kafka, letters);
  expect(String(letter!.key)).toBe(a);
  expect(JSON.parse(String(letter!.value))).toMatchObject({ consumer: 'tallies_v1', topic, partition: 0, offset: 0 });
}, 60_000);

test('poison of every kind, written by a stranger, is parked and published with its bytes; the others go on', async () => {
  const from = (await recordsIn(kafka, letters)).length;
  const [good, gap, twice, large] = [v7(), v7(), v7(), v7()];
  const valid = counted(v7(), 1);
  const poison: Record<string, Message[]> = {
    'no key': [{ ...valid, key: null }],
    'no value': [{ ...valid, key: v7(), value: null }],
    'without a schema id': [{ ...valid, key: v7(), value: 'hello' }],
    'factstream.testing.Counted': [{ ...valid, key: v7(), value: (valid.value as Buffer).subarray(0, 30) }],
    'ce_id header is missing': [{ key: v7(), value: valid.value }],
    'ce_id header is missing or no UUID': [{ ...valid, key: v7(), headers: { ce_id: ['1', '2'] } }],
    'not its tallyId': [{ ...valid, key: v7() }],
    'another event id': [{ ...valid, key: v7(), headers: { ce_id: v7() } }],
    'next event has version 3': [...tallyRecords(0, gap).map(message), counted(gap, 3)],
    'next event has version 2': [...tallyRecords(0, twice, ['x']).map(message), counted(twice, 2)],
    '0x00': [counted(large, 1, `${'l'.repeat(950_000)}\0`)],
  };
  for (const messages of Object.values(poison)) await stranger.write(topic, 0, ...messages);
  await stranger.write(topic, 0, counted(gap, 4), ...tallyRecords(0, good, ['a', 'b']).map(message));
  await start();
  const rows = () => bench.rows('tallies', 'tally_id') as Promise<{ tally_id: string; notes: string }[]>;
  await waitFor(async () => (await rows()).find(({ tally_id }) => tally_id === good)?.notes === 'ab');
  const parked = (await bench.parked()).slice(1);
  expect(parked.filter(({ behindOffset }) => behindOffset === null).map(({ error }) => error)).toEqual(
    Object.keys(poison).map((reason) => expect.stringContaining(reason)),
  );
  expect(parked.at(-1)).toMatchObject({ entity: gap, attempts: 0, error: expect.stringContaining('waits behind') });

  await waitFor(async () => (await unsent()) === 0, 20_000);
  const published = (await recordsIn(kafka, letters)).slice(from).map(({ key, value }) => ({ key, ...parse(value) }));
  expect(published.slice(1)).toEqual(
    parked.map((letter) => ({
      ...letter,
      headers: expect.anything(),
      firstFailedAt: new Date(letter.firstFailedAt).toISOString(),
      lastFailedAt: new Date(letter.lastFailedAt).toISOString(),
      value: letter.value && letter.value.toString('base64'),
    })),
  );
  const originals = await recordsIn(kafka, topic);
  const byOffset = new Map(originals.map((record) => [record.offset, record]));
  for (const { offset, key, value } of parked) {
    expect([key, value]).toEqual([byOffset.get(offset)!.key, byOffset.get(offset)!.value]);
  }
}, 60_000);

function parse(value: Buffer | null) {
  const { key: _key, ...envelope } = JSON.parse(String(value)) as { key: string | null };
  return envelope;
}
