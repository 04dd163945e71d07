import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { tallyModel } from '#mechanisms/testing/tally';
import { waitFor } from '#mechanisms/testing/wait-for';
import { EventStore } from './event-store.ts';
import { catalogueIn, command } from './event-store.contract.ts';
import { InMemoryLog } from './log/in-memory-log.ts';
import { rebuildPartition } from './ownership/rebuild-partition.ts';

const model = tallyModel('tally');
const catalogue = catalogueIn(model);
const { topic } = model.entity.events;

const garbage = [
  { key: 'k', value: Buffer.from('garbage'), timestamp: 1 },
  { key: 'k', value: Buffer.from([0, 0, 1, 0, 0, 1]), timestamp: 1 },
  { key: 'k', value: null, timestamp: 1 },
  { key: null, value: Buffer.from('garbage'), timestamp: 1 },
];

function open(log: InMemoryLog) {
  const store = new EventStore({
    model,
    catalogue,
    logs: [log.partitionOf('tally', 0)],
    self: { instance: 'one', address: 'http://one' },
    observer: { stateChanged: () => undefined, committed: () => undefined },
    limits: { stoppedPauseMs: 5, retryMs: [5, 5] },
  });
  void store.assign([0]);
  return store;
}

it('garbage that a stranger wrote between the events keeps nobody from taking over or rebuilding', async () => {
  const log = new InMemoryLog();
  const first = open(log);
  const tallyId = randomUUID();
  await first.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }));
  for (const record of garbage) log.write(topic, 0, record);
  await first.execute(command(tallyId, { type: 'Count' }));
  for (const record of garbage) log.write(topic, 0, record);
  await first.close();
  const second = open(log);
  await waitFor(() => second.status()[0]!.state === 'open');
  expect(await second.execute(command(tallyId, { type: 'Count' }))).toMatchObject({ version: 3 });
  for (const record of garbage) log.write(topic, 0, record);
  await second.close();
  expect(await rebuildPartition(model, catalogue, log.partitionOf('tally', 0))).toBe(1);
  const third = open(log);
  expect(await third.execute(command(tallyId, { type: 'Count' }))).toMatchObject({ version: 4 });
  await third.close();
});

it('what an owner wrote and nobody can read stops the partition', async () => {
  const log = new InMemoryLog();
  const writer = await log.partitionOf('tally', 0).open();
  await writer.commit([{ topic, records: [{ key: 'k', value: Buffer.from('garbage'), timestamp: 1 }] }]);
  const store = open(log);
  await waitFor(() => store.status()[0]!.state === 'stopped');
  await store.close();
});
