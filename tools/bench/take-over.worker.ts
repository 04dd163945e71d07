// One take-over of all orders in a process of its own; prints how long it took, what memory it needed and what it left in use.
import { setTimeout as sleep } from 'node:timers/promises';
import { orderModel } from '#contexts/order/commands/order.model';
import { EventStore, KafkaPartitionLog, LocalStores } from '#mechanisms/event-store/index';
import { SchemaTopic } from '#mechanisms/schemas/index';
import { privateBytes } from '#mechanisms/testing/private-bytes';
import { connectKafka } from './bench-kafka.ts';
import type { TakeOver } from './take-over.main.ts';

const [brokers = '', partitions = '', dir = '', cachedEntities = ''] = process.argv.slice(2);
const kafka = connectKafka(brokers);
const schemas = new SchemaTopic(kafka);
await schemas.refresh();
const told: string[] = [];
const settings = { dir, cachedEntities: Number(cachedEntities) };
let peak = 0;
const sampling = setInterval(() => (peak = Math.max(peak, privateBytes())), 10);
const began = performance.now();
const store = new EventStore({
  model: orderModel,
  catalogue: schemas.catalogue,
  logs: Array.from(
    { length: Number(partitions) },
    (_, partition) => new KafkaPartitionLog(kafka, orderModel.entity, partition),
  ),
  self: { instance: 'bench', address: 'http://127.0.0.1:1' },
  observer: { stateChanged: () => undefined, committed: () => undefined },
  stores: dir === '' ? undefined : new LocalStores(settings, (_, message) => told.push(message)),
});
void store.assign(Array.from({ length: Number(partitions) }).keys());
while (store.status().some(({ state }) => state !== 'open')) await sleep(2);
const milliseconds = performance.now() - began;
clearInterval(sampling);
const entities = store.status().reduce((sum, status) => sum + status.entities, 0);
globalThis.gc?.();
const [peakMegabytes, megabytes] = [peak, privateBytes()].map((bytes) => bytes / 2 ** 20) as [number, number];
await store.close();
kafka.close();
if (told.length > 0) throw new Error(told.join('\n'));
console.log(JSON.stringify({ milliseconds, entities, peakMegabytes, megabytes } satisfies TakeOver));
