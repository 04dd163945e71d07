// How fast an empty read model catches up with a long log, against the same SQL fed from memory.
//   npm run bench -- catch-up [--profile]
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { KafkaConnection } from '#mechanisms/kafka/index';
import { SchemaTopic } from '#mechanisms/schemas/index';
import { BenchStack } from './bench-stack.ts';
import { projectFromMemory } from './memory-projection.ts';
import { writeOrderEvents } from './order-event-log.ts';

const EVENTS = 200_000;

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const rate = (events: number, milliseconds: number): string =>
  `${((events / milliseconds) * 1_000).toFixed(0)} events/s`;

/** Events that the read model has consumed; none while its tables do not exist. */
async function consumed(client: Client): Promise<number> {
  const sql =
    "SELECT coalesce(sum(consumed), 0)::int AS events FROM projections.checkpoints WHERE topic = 'order-events'";
  const { rows } = await client.query<{ events: number }>(sql).catch(() => ({ rows: [] }));
  return rows[0]?.events ?? 0;
}

await BenchStack.use(async (stack) => {
  const kafka = new KafkaConnection({ brokers: [stack.addresses.kafka], clientId: 'bench' }, silent);
  const schemas = new SchemaTopic(kafka);
  await schemas.refresh();
  const filling = performance.now();
  await writeOrderEvents(kafka, schemas.catalogue, stack.partitions, EVENTS);
  console.log(`wrote ${EVENTS} events: ${rate(EVENTS, performance.now() - filling)}`);

  const fromMemory = await projectFromMemory(kafka, schemas, stack);
  console.log(`the same SQL fed from memory: ${rate(EVENTS, fromMemory)}`);

  const client = new Client({ connectionString: stack.addresses.postgres });
  await client.connect();
  const starting = performance.now();
  await stack.startApps('order-query');
  let [first, firstAt] = [await consumed(client), performance.now()];
  let now = first;
  while (now < EVENTS) {
    await sleep(20);
    now = await consumed(client);
    if (first === 0) [first, firstAt] = [now, performance.now()];
  }
  const end = performance.now();
  await client.end();
  kafka.close();
  const caughtUp = end - firstAt;
  console.log(`order-query: ${rate(EVENTS - first, caughtUp)}, ${(end - starting).toFixed(0)} ms with its start`);
  console.log(`ratio to memory: ${((fromMemory / caughtUp) * ((EVENTS - first) / EVENTS)).toFixed(2)}`);
  console.log('goal on two quiet cores: at least 30,000 events/s');
});
