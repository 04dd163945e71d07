// How fast an empty read model catches up with a long log of three topics, against the same SQL fed from memory, and
// against a consumer that saves every event with TypeORM.
//   npm run bench -- catch-up [--profile]
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { SchemaTopic } from '#mechanisms/schemas/index';
import { connectKafka } from './bench-kafka.ts';
import { BenchStack } from './bench-stack.ts';
import { writeMixedEvents } from './event-log.ts';
import { projectFromMemory } from './memory-projection.ts';
import { consumed, startSaving } from './typeorm-consumer.ts';

const ORDERS = 42_000;
const PEER_SECONDS = 20;

const rate = (events: number, milliseconds: number): number => (events / milliseconds) * 1_000;

/** Events of the three topics that the projection with fewest of them has consumed; none while there are no tables. */
async function projected(client: Client): Promise<{ orders: number; history: number }> {
  const sql = `SELECT coalesce(sum(consumed) FILTER (WHERE projection = 'orders'), 0)::int AS orders,
      coalesce(sum(consumed) FILTER (WHERE projection = 'order_history'), 0)::int AS history FROM projections.checkpoints`;
  const { rows } = await client.query<{ orders: number; history: number }>(sql).catch(() => ({ rows: [] }));
  return rows[0] ?? { orders: 0, history: 0 };
}

async function untilProjected(client: Client, events: number): Promise<number> {
  let firstAt: number | undefined;
  for (;;) {
    const { orders, history } = await projected(client);
    const now = performance.now();
    if (orders > 0) firstAt ??= now;
    if (orders === events && history === ORDERS * 4) return now - firstAt!;
    await sleep(20);
  }
}

async function savedPerSecond(stack: BenchStack, schemas: SchemaTopic): Promise<number> {
  const url = await stack.newDatabase('bench_peer');
  const stop = await startSaving(stack.addresses.kafka, url, schemas.catalogue);
  while (consumed.events === 0) await sleep(20);
  const [first, firstAt] = [consumed.events, performance.now()];
  await sleep(PEER_SECONDS * 1_000);
  const perSecond = rate(consumed.events - first, performance.now() - firstAt);
  await stop();
  return perSecond;
}

await BenchStack.use(async (stack) => {
  const kafka = connectKafka(stack.addresses.kafka);
  const schemas = new SchemaTopic(kafka);
  await schemas.refresh();
  const target = { kafka, catalogue: schemas.catalogue, partitions: stack.partitions };
  const filling = performance.now();
  const events = await writeMixedEvents(target, ORDERS);
  console.log(`wrote ${events} events: ${rate(events, performance.now() - filling).toFixed(0)} events/s`);

  const fromMemory = rate(events, await projectFromMemory(kafka, schemas, stack));
  console.log(`the same SQL fed from memory: ${fromMemory.toFixed(0)} events/s`);

  const client = new Client({ connectionString: stack.addresses.postgres });
  await client.connect();
  const starting = performance.now();
  await stack.startApps('order-query');
  const caughtUp = rate(events, await untilProjected(client, events));
  const sinceStart = (performance.now() - starting).toFixed(0);
  console.log(`order-query: ${caughtUp.toFixed(0)} events/s, ${sinceStart} ms with its start`);
  await client.end();
  await stack.stopApps();

  const saved = await savedPerSecond(stack, schemas);
  console.log(`Nest's Kafka transport and TypeORM's save: ${saved.toFixed(0)} events/s`);
  kafka.close();
  console.log(`ratio to memory ${(caughtUp / fromMemory).toFixed(2)}, to saving ${(caughtUp / saved).toFixed(0)}`);
  console.log('goals on two quiet cores: at least 30,000 events/s, 0.8 of memory, 80 times saving');
});
