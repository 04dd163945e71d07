// From the answer to a command until a query shows the change, at a steady rate of writes.
//   npm run bench -- visible [--rate 200]
import { parseArgs } from 'node:util';
import { BenchStack } from './bench-stack.ts';
import { steadily } from './steadily.ts';
import { summarize } from './summarize.ts';

const { values } = parseArgs({ options: { rate: { type: 'string', default: '200' } }, strict: false });
const PER_SECOND = Number(values.rate);
const WARM_UP_SECONDS = 60;
const SECONDS = 30;

const body = JSON.stringify({
  customerId: '0192f0c1-0000-7000-8000-0000000000c1',
  lines: [{ sku: 'A', name: 'Article A', quantity: 2, unitPrice: { amount: 1999, currency: 'EUR' } }],
  paymentMethod: { token: 'tok_ok' },
});

interface Times {
  readonly write: number;
  readonly visible: number;
}

async function writeAndRead(command: string, query: string): Promise<Times> {
  const start = performance.now();
  const written = await fetch(`${command}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const { orderId } = (await written.json()) as { orderId: string };
  const answered = performance.now();
  const headers = { 'consistency-token': written.headers.get('consistency-token')!, prefer: 'wait=30' };
  const read = await fetch(`${query}/orders/${orderId}`, { headers });
  await read.arrayBuffer();
  if (!written.ok || !read.ok) throw new Error(`answered ${written.status} and ${read.status}`);
  return { write: answered - start, visible: performance.now() - answered };
}

await BenchStack.use(async (stack) => {
  await stack.startApps('order-command', 'order-query');
  const one = () => writeAndRead(stack.url('order-command'), stack.url('order-query'));
  await steadily(PER_SECOND, WARM_UP_SECONDS, one);
  const times = await steadily(PER_SECOND, SECONDS, one);
  for (const [name, took] of [
    ['the write is answered', times.map(({ write }) => write)],
    ['and visible after', times.map(({ visible }) => visible)],
  ] as const) {
    const { p50, p99 } = summarize(took, SECONDS);
    console.log(`${name.padEnd(22)} p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
  }
  console.log(`goal on two quiet cores, at 200 writes/s: visible after at most 50 ms (p99)`);
});
