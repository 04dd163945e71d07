import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { WriteFailure } from '#mechanisms/kafka/index';
import { tallyModel } from '#mechanisms/testing/tally';
import { waitFor } from '#mechanisms/testing/wait-for';
import { EntityCodec } from '../codec.ts';
import { EventStore } from '../event-store.ts';
import { catalogueIn, command } from '../event-store.contract.ts';
import { InMemoryLog } from '../log/in-memory-log.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import { rebuildPartition } from './rebuild-partition.ts';

const model = tallyModel('tally');
const catalogue = catalogueIn(model);
const codec = new EntityCodec(model.entity, catalogue);
const { events, latest } = model.entity;

let log: InMemoryLog;
let partition: PartitionLog;
beforeEach(() => {
  log = new InMemoryLog();
  partition = log.partitionOf('tally', 0);
});

function open() {
  const store = new EventStore({
    model,
    catalogue,
    logs: [partition],
    self: { instance: 'one', address: 'http://one' },
    observer: { stateChanged: () => undefined, committed: () => undefined },
    limits: { stoppedPauseMs: 5, retryMs: [5, 5] },
  });
  void store.assign([0]);
  return store;
}

const opening = (tallyId: string, requestHash?: string) =>
  command(tallyId, { type: 'Open', tallyId, limit: 9 }, requestHash ? { requestHash } : {});

/** Opens so many tallies, and answers their ids. */
async function opened(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  const store = open();
  await Promise.all(ids.map((id) => store.execute(opening(id))));
  await store.close();
  return ids;
}

/** The newest latest record of each entity; undefined where it is deleted. */
async function latestRecords() {
  const records = (await Array.fromAsync(partition.read(latest.topic, 0, 1e9))).flat();
  return new Map(
    records.map((record) => [record.key!.toString(), record.value ? codec.decodeLatest(record) : undefined]),
  );
}

test('what has no event is deleted, and client keys are kept', async () => {
  const [plain] = (await opened(1)) as [string];
  const [keyed, invented] = [randomUUID(), randomUUID()];
  const store = open();
  const once = opening(keyed, 'hash');
  await store.execute(once);
  await store.close();
  const meta = { entityVersion: 3, eventsOffset: 0, foldVersion: 1, clientKeys: [] };
  const records = [codec.latestRecord(invented, meta, { tallyId: invented, limit: 1, count: 2 }, 1)];
  const writer = await partition.open();
  await writer.commit([{ topic: latest.topic, records }]);

  expect(await rebuildPartition(model, catalogue, partition)).toBe(2);
  const rebuilt = await latestRecords();
  expect(rebuilt.get(invented)).toBeUndefined();
  expect(rebuilt.get(plain)).toMatchObject({ meta: { entityVersion: 1, clientKeys: [] } });
  expect(rebuilt.get(keyed)!.meta.clientKeys).toHaveLength(1);
  const after = open();
  expect(await after.execute(once)).toMatchObject({ version: 1 });
  await after.close();
});

test('one that was cut short leaves nothing hidden that is still missing', async () => {
  const ids = await opened(6_000);
  const counting = open();
  await counting.execute(command(ids[0]!, { type: 'Count' })); // rewritten first, and the last event
  await counting.close();
  log.truncate(latest.topic, 0);
  const dying: PartitionLog = {
    ...partition,
    open: async () => {
      const writer = await partition.open();
      let commits = 0;
      const commit: typeof writer.commit = async (batch) => {
        if ((commits += 1) <= 1) return writer.commit(batch);
        throw new WriteFailure('not-written', false, { producerId: '', producerEpoch: 0, partitions: [] }, 'killed');
      };
      return { ...writer, commit };
    },
  };
  await expect(rebuildPartition(model, catalogue, dying)).rejects.toThrow('killed');
  const rewritten = (await latestRecords()).size;
  expect(rewritten).toBeGreaterThan(100);
  expect(rewritten).toBeLessThan(ids.length);

  const store = open();
  await waitFor(() => store.status()[0]!.state !== 'opening');
  expect(store.status()[0]).toMatchObject({ state: 'stopped', reason: expect.stringContaining('rebuild-latest') });
  await store.close();

  expect(await rebuildPartition(model, catalogue, partition)).toBe(ids.length);
  const again = open();
  expect(await again.execute(command(ids.at(-1)!, { type: 'Count' }))).toMatchObject({ version: 2 });
  await again.close();
});

test('afterwards a take-over reads no events but the last', async () => {
  await opened(20);
  await rebuildPartition(model, catalogue, partition);
  const read: number[] = [];
  partition = {
    ...partition,
    read: async function* (topic, from, to) {
      for await (const records of log.partitionOf('tally', 0).read(topic, from, to)) {
        if (topic === events.topic) read.push(records.length);
        yield records;
      }
    },
  };
  const store = open();
  await waitFor(() => store.status()[0]!.state === 'open');
  expect(read).toEqual([1]);
  await store.close();
});
