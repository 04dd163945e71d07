import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Topics, TransactionalWriter } from '#mechanisms/kafka/index';
import { testKafka } from '#mechanisms/testing/kafka';
import { tallyModel } from '#mechanisms/testing/tally';
import type { TallyEvent } from '#mechanisms/testing/tally';
import { EntityCodec } from '../codec.ts';
import { catalogueIn } from '../event-store.contract.ts';

/** What the worker prints. */
export interface Outcome {
  readonly entities: number;
  /** At most, without what is mapped from files. */
  readonly megabytes: number;
  readonly told: readonly string[];
}

/** Decoded, with their client keys, they would take several times what the worker may have. */
const ENTITIES = 60_000;
const AT_ONCE = 1_000;
const HEAP_MEGABYTES = 96;
const MOST_MEGABYTES = 250;

const model = tallyModel(`tally${randomUUID().slice(0, 8)}`);
const { name, events, latest, control } = model.entity;
const kafka = testKafka();
const dir = mkdtempSync(join(tmpdir(), 'bounded-memory-'));

beforeAll(async () => {
  const topics = [events, latest, control].map(({ topic }) => ({
    name: topic,
    partitions: 1,
    replicationFactor: 1,
    config: { 'cleanup.policy': topic === events.topic ? 'delete' : 'compact' },
  }));
  await new Topics(kafka).ensure(topics);
  const codec = new EntityCodec<TallyEvent>(model.entity, catalogueIn(model));
  const writer = await TransactionalWriter.open(kafka, `${name}-0`);
  const origin = { correlationId: 'c', actor: 'test', traceparent: null };
  let eventsOffset = 0;
  const recordsOf = (tallyId: string) => {
    const commandId = randomUUID();
    const key = { requestHash: commandId.repeat(2), fromVersion: 0, toVersion: 1, usedAt: 1 };
    const clientKeys = Array.from({ length: 6 }, () => ({ ...key, commandId }));
    const meta = { ...origin, eventId: commandId, commandId, causationId: commandId, entityVersion: 1, occurredAt: 1 };
    const about = { entityVersion: 1, eventsOffset, foldVersion: 1, clientKeys };
    return {
      event: codec.eventRecord(tallyId, meta, { type: 'Opened', tallyId, limit: 9 }),
      latest: codec.latestRecord(tallyId, about, { tallyId, limit: 9, count: 0 }, 1),
    };
  };
  for (let written = 0; written < ENTITIES; written += AT_ONCE) {
    const records = Array.from({ length: AT_ONCE }, () => recordsOf(randomUUID()));
    const [committed] = await writer.commit([
      { topic: events.topic, partition: 0, records: records.map(({ event }) => event) },
      { topic: latest.topic, partition: 0, records: records.map((record) => record.latest) },
    ]);
    eventsOffset = committed!.baseOffset;
  }
  writer.close();
}, 120_000);
afterAll(() => {
  kafka.close();
  rmSync(dir, { recursive: true, force: true });
});

test.each(['fill', 'rebuild'])(
  'to %s needs as much memory for many entities as for few',
  async (task) => {
    const hook = join(import.meta.dirname, '..', '..', '..', '..', 'swc-hook.mjs');
    const worker = fileURLToPath(import.meta.resolve('./bounded-memory.worker.ts'));
    const node = [`--max-old-space-size=${HEAP_MEGABYTES}`, '--conditions=source', '--import', hook];
    const { stdout } = await promisify(execFile)(process.execPath, [...node, worker, task, name, join(dir, task)]);
    const outcome = JSON.parse(stdout) as Outcome;
    expect(outcome).toMatchObject({ entities: ENTITIES, told: [] });
    expect(outcome.megabytes).toBeLessThan(MOST_MEGABYTES);
  },
  240_000,
);
