// How fast `factstream verify` is, and that its memory does not grow with what it verifies.
//   npm run bench -- verify [--million]
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { Client } from 'pg';
import { SchemaTopic } from '#mechanisms/schemas/index';
import { connectKafka } from './bench-kafka.ts';
import { BenchStack } from './bench-stack.ts';
import { writeCancelledOrders } from './order-latest-log.ts';
import { cpuSecondsOf } from './process-cpu.ts';

const SIZES = [50_000, 200_000, ...(process.argv.includes('--million') ? [1_000_000] : [])];
const EVENTS_PER_ORDER = 2;
const MEGABYTES = 112;

/** Until the orders and their history have all of them. */
async function projected(client: Client, events: number): Promise<void> {
  const sql = `SELECT coalesce(min(consumed), 0)::int AS events FROM (
    SELECT sum(consumed) AS consumed FROM projections.checkpoints
    WHERE topic = 'order-events' GROUP BY projection HAVING count(*) > 0
  ) AS projections`;
  for (;;) {
    const { rows } = await client.query<{ events: number }>(sql);
    if ((rows[0]?.events ?? 0) >= events) return;
    await sleep(100);
  }
}

/** @throws when something does not hold */
async function verify(stack: BenchStack): Promise<{ seconds: number; cpuSeconds: number; megabytes: number }> {
  const child = stack.startCommand(MEGABYTES, 'verify', '--json');
  let [cpuSeconds, megabytes] = [0, 0];
  const watchers = [
    setInterval(() => (megabytes = Math.max(megabytes, privateMegabytes(child.pid!))), 50),
    setInterval(() => (cpuSeconds = Math.max(cpuSeconds, cpuSecondsOf(child.pid))), 500),
  ];
  const output = await text(child.stdout!);
  for (const watcher of watchers) clearInterval(watcher);
  const report = JSON.parse(output) as { holds: boolean; seconds: number };
  if (!report.holds) throw new Error(output);
  return { seconds: report.seconds, cpuSeconds, megabytes };
}

/** Without the scratch file's pages, which the operating system takes back when it needs them; 0 where it cannot be told. */
function privateMegabytes(pid: number): number {
  try {
    return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}

await BenchStack.use(async (stack) => {
  const kafka = connectKafka(stack.addresses.kafka);
  const schemas = new SchemaTopic(kafka);
  await schemas.refresh();
  await stack.startApps('customer-query', 'order-query', 'payment-query');
  const client = new Client({ connectionString: stack.addresses.postgres });
  await client.connect();
  console.log(
    `verify with an old space of ${MEGABYTES} MB; each event is in the log, the orders' rows and their history`,
  );
  try {
    for (const [index, size] of SIZES.entries()) {
      const more = (size - (SIZES[index - 1] ?? 0)) / EVENTS_PER_ORDER;
      await writeCancelledOrders([kafka, schemas.catalogue, stack.partitions], more);
      await projected(client, size);
      const { seconds, cpuSeconds, megabytes } = await verify(stack);
      const rate = (size / seconds).toFixed(0);
      const costs = `${cpuSeconds.toFixed(0)} s CPU, at most ${megabytes.toFixed(0)} MB`;
      console.log(`${String(size).padStart(9)} events: ${seconds.toFixed(1)} s, ${rate} events/s, ${costs}`);
    }
  } finally {
    await client.end();
    kafka.close();
  }
});
