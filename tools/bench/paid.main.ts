// From an order's request to the fact that it is paid, through the whole suite at a steady rate.
//   npm run bench -- paid [--profile]
import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaConnection } from '#mechanisms/kafka/index';
import { apps } from '../local-stack/apps.ts';
import { BenchStack } from './bench-stack.ts';
import { growthOf } from './metrics.ts';
import { placeOrders, registerCustomers } from './place-orders.ts';
import type { Placed } from './place-orders.ts';
import { StageWatch } from './stage-watch.ts';
import { summarize } from './summarize.ts';

const PER_SECOND = 50;
const SECONDS = 30;
const WARM_UP_SECONDS = 5;
const CUSTOMERS = 100;
const LAST_PAYMENT_MS = 30_000;

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Transactions and seconds of CPU of every app. */
async function costsDuring(stack: BenchStack, work: () => Promise<void>): Promise<Map<string, number[]>> {
  const counters = ['event_store_commit_seconds_count', 'process_cpu_seconds_total'];
  const done = work();
  const costs = apps.map(async ({ name }) => [name, await growthOf(stack.url(name), counters, () => done)] as const);
  return new Map(await Promise.all(costs));
}

await BenchStack.use(async (stack) => {
  await stack.startApps(...apps.map(({ name }) => name));
  const gateway = stack.url('gateway');
  const customers = await registerCustomers(gateway, CUSTOMERS);
  await placeOrders(gateway, customers, { perSecond: PER_SECOND, seconds: WARM_UP_SECONDS });

  const kafka = new KafkaConnection({ brokers: [stack.addresses.kafka], clientId: 'bench' }, silent);
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
  for (const [app, [transactions = 0, cpuSeconds = 0]] of spent) {
    const cpu = ((cpuSeconds / placed.size) * 1_000).toFixed(1);
    console.log(
      `${app.padEnd(16)} ${(transactions / placed.size).toFixed(2)} transactions and ${cpu} ms of CPU per order`,
    );
  }
  await watch.stop();
  kafka.close();
  console.log('goal on two quiet cores: OrderPaid p99 at most 500 ms, then 250');
});
