// Durable orders per second, against what the same process can answer at all.
//   npm run bench -- orders [--profile]
import { randomUUID } from 'node:crypto';
import { BenchStack } from './bench-stack.ts';
import { underLoad } from './load.ts';
import type { Load, Outcome } from './load.ts';
import { growthOf } from './metrics.ts';

const SECONDS = 6;
const WARM_UP_SECONDS = 5;
const CONNECTIONS = [1, 64, 128];

const body = JSON.stringify({
  customerId: randomUUID(),
  lines: [{ sku: 'A', name: 'Article A', quantity: 2, unitPrice: { amount: 1999, currency: 'EUR' } }],
  paymentMethod: { token: 'tok_ok' },
});

const cell = ({ perSecond, p50, p99 }: Outcome) =>
  `${perSecond.toFixed(0).padStart(8)}/s ${p50.toFixed(1).padStart(6)} ms ${p99.toFixed(1).padStart(6)} ms`;

async function measured(load: Load): Promise<Outcome> {
  const outcome = await underLoad(load);
  if (outcome.refused > 0) throw new Error(`${outcome.refused} requests were not accepted.`);
  return outcome;
}

/** Nobody checks these orders' credit, so they must not time out under the measurement. */
const settings = { VALIDATION_DEADLINE_MS: String(3_600_000) };

await BenchStack.use(async (stack) => {
  await stack.startApps('order-command');
  const url = stack.url('order-command');
  const orders = { url: `${url}/orders`, method: 'POST', body } as const;
  // The cheapest route that runs the whole of Nest and Fastify; a request refused at validation costs an exception.
  const noop = { url: `${url}/health/live`, method: 'GET' } as const;
  await underLoad({ ...orders, connections: 64, seconds: WARM_UP_SECONDS });
  await underLoad({ ...noop, connections: 64, seconds: 1 });
  console.log(
    'connections |  POST /orders (per second, p50, p99) | GET /health/live (per second, p50, p99) | ratio | orders per transaction | CPU per order',
  );
  for (const connections of CONNECTIONS) {
    let order: Outcome | undefined;
    const counted = ['event_store_batch_commands_sum', 'event_store_batch_commands_count', 'process_cpu_seconds_total'];
    const [commands = 0, transactions = 0, cpuSeconds = 0] = await growthOf(url, counted, async () => {
      order = await measured({ ...orders, connections, seconds: SECONDS });
    });
    const idle = await measured({ ...noop, connections, seconds: SECONDS / 2 });
    const cells = [
      String(connections).padStart(11),
      cell(order!).padStart(36),
      cell(idle).padStart(39),
      (order!.perSecond / idle.perSecond).toFixed(2).padStart(5),
      (commands / transactions).toFixed(1).padStart(22),
      `${((cpuSeconds / commands) * 1e6).toFixed(0)} µs`.padStart(13),
    ];
    console.log(cells.join(' | '));
  }
  console.log('goals on two quiet cores: 64 connections at least 6,000/s; one connection p50 at most 2.5 ms');
}, settings);
