// From an order's request to the fact that it is paid, through the whole suite at a steady rate.
//   npm run bench -- paid [--rate 50] [--warm-up 60] [--profile]
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { apps } from '../local-stack/apps.ts';
import { connectKafka } from './bench-kafka.ts';
import { BenchStack } from './bench-stack.ts';
import { growthOf } from './metrics.ts';
import { placeOrders, registerCustomers } from './place-orders.ts';
import type { Placed } from './place-orders.ts';
import { StageWatch } from './stage-watch.ts';
import { summarize } from './summarize.ts';

const { values } = parseArgs({
  options: {
    /** Orders a second. */
    rate: { type: 'string', default: '50' },
    /** Seconds. The broker compiles its own code meanwhile, which takes it a minute at this rate and nearly half its CPU. */
    'warm-up': { type: 'string', default: '60' },
  },
  strict: false,
});
const PER_SECOND = Number(values.rate);
const SECONDS = 30;
const WARM_UP_SECONDS = Number(values['warm-up']);
const CUSTOMERS = 100;
const LAST_PAYMENT_MS = 30_000;

const COUNTERS = ['event_store_commit_seconds_count', 'kafka_requests_total'];

interface Costs {
  /** By app: what its {@link COUNTERS} grew by. */
  readonly counted: ReadonlyMap<string, readonly number[]>;
  readonly databaseCommits: number;
  readonly cpuSeconds: ReadonlyMap<string, number>;
}

async function costsDuring(stack: BenchStack, work: () => Promise<void>): Promise<Costs> {
  const cpuBefore = stack.cpuSeconds();
  const commitsBefore = await stack.databaseCommits();
  const done = work();
  const counted = apps.map(async ({ name }) => [name, await growthOf(stack.url(name), COUNTERS, () => done)] as const);
  await done;
  const cpuSeconds = [...stack.cpuSeconds()].map(([name, now]) => [name, now - (cpuBefore.get(name) ?? 0)] as const);
  return {
    counted: new Map(await Promise.all(counted)),
    databaseCommits: (await stack.databaseCommits()) - commitsBefore,
    cpuSeconds: new Map(cpuSeconds),
  };
}

await BenchStack.use(async (stack) => {
  await stack.startApps(...apps.map(({ name }) => name));
  const gateway = stack.url('gateway');
  const customers = await registerCustomers(gateway, CUSTOMERS);
  await placeOrders(gateway, customers, { perSecond: PER_SECOND, seconds: WARM_UP_SECONDS });

  const kafka = connectKafka(stack.addresses.kafka);
  const watch = await StageWatch.start(kafka, 'order-events', stack.partitions);
  const start = performance.now();
  let placed: Placed = new Map();
  const untilPaid = async () => {
    placed = await placeOrders(gateway, customers, { perSecond: PER_SECOND, seconds: SECONDS });
    const isPaid = (orderId: string): boolean => watch.timesOf('OrderPaid').has(orderId);
    const end = performance.now() + LAST_PAYMENT_MS;
    while (performance.now() < end && ![...placed.keys()].every(isPaid)) await sleep(50);
  };
  const spent = await costsDuring(stack, untilPaid);
  const paid = watch.timesOf('OrderPaid');
  const seconds = (Math.max(...paid.values()) - start) / 1_000;
  for (const type of ['OrderPlaced', 'OrderValidated', 'OrderPaid']) {
    const times = watch.timesOf(type);
    const took = [...placed].filter(([id]) => times.has(id)).map(([id, sentAt]) => times.get(id)! - sentAt);
    const { perSecond, p50, p99 } = summarize(took, seconds);
    console.log(
      `${type.padEnd(14)} ${took.length} of ${placed.size}, ${perSecond.toFixed(1)}/s, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`,
    );
  }
  let sum = 0;
  for (const [name, cpu] of spent.cpuSeconds) {
    const [transactions = 0, requests = 0] = (spent.counted.get(name) ?? []).map((count) => count / placed.size);
    const cpuMs = (cpu / placed.size) * 1_000;
    sum += cpuMs;
    const counts = [
      ...(requests > 0 ? [`${requests.toFixed(1).padStart(4)} requests to Kafka`] : []),
      ...(transactions > 0 ? [`${transactions.toFixed(2)} transactions`] : []),
    ];
    console.log([`${name.padEnd(16)} ${cpuMs.toFixed(1).padStart(5)} ms of CPU per order`, ...counts].join(', '));
  }
  const commits = (spent.databaseCommits / placed.size).toFixed(2);
  console.log(`all of it        ${sum.toFixed(1).padStart(5)} ms of CPU per order; ${commits} commits in the database`);
  await watch.stop();
  kafka.close();
  console.log('goal on two quiet cores: OrderPaid p99 at most 500 ms, then 250');
});
