// Fills local stores from the topics, or rebuilds the latest records, in a process of its own; prints what came of it.
import { setTimeout as sleep } from 'node:timers/promises';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import { testKafka } from '#mechanisms/testing/kafka';
import { privateBytes } from '#mechanisms/testing/private-bytes';
import { tallyModel } from '#mechanisms/testing/tally';
import { CONTROL_RECORDS } from '../codec.ts';
import { EventStore } from '../event-store.ts';
import { KafkaPartitionLog } from '../log/kafka-partition-log.ts';
import { rebuildPartition } from '../ownership/rebuild-partition.ts';
import type { Outcome } from './bounded-memory.int.spec.ts';
import { LocalStores } from './local-stores.ts';

const [task, name = '', dir = ''] = process.argv.slice(2);
const model = tallyModel(name);
const { events, latest } = model.entity;
const catalogue = catalogueOf(...events.declarations, latest.declaration, ...CONTROL_RECORDS);
const kafka = testKafka();
const log = new KafkaPartitionLog(kafka, model.entity, 0);
const told: string[] = [];
const stores = new LocalStores({ dir, cachedEntities: 1_000 }, (_, message) => told.push(message));

let peak = privateBytes();
const sampling = setInterval(() => (peak = Math.max(peak, privateBytes())), 10);
const entities = task === 'rebuild' ? await rebuildPartition(model, catalogue, log, stores) : await fill();
clearInterval(sampling);
kafka.close();
console.log(JSON.stringify({ entities, megabytes: peak / 2 ** 20, told } satisfies Outcome));

async function fill(): Promise<number> {
  const observer = { stateChanged: () => undefined, committed: () => undefined };
  const self = { instance: 'filling', address: 'http://127.0.0.1:1' };
  const store = new EventStore({ model, catalogue, logs: [log], self, observer, stores });
  void store.assign([0]);
  while (store.status()[0]?.state !== 'open') await sleep(5);
  const [status] = store.status();
  await store.close();
  return status!.entities;
}
