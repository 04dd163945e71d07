// Orders per second of one instance of order-command and of three that share the partitions; and how an order is served
// beside one that everybody asks for.
//   npm run bench -- instances [--seconds 2]
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { partitionFor } from '#mechanisms/kafka/index';
import { BenchStack } from './bench-stack.ts';
import { underLoad } from './load.ts';
import type { Outcome } from './load.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '2' }, profile: { type: 'boolean' } } });
const SECONDS = Number(values.seconds);
const WARM_UP_SECONDS = 5;
const PARTITIONS = [3, 12];
const CONNECTIONS = [1, 16, 64, 256];
const HOT_CONNECTIONS = 64;
const BYSTANDERS = 4;

/** Nobody checks these orders' credit, so they must not time out under the measurement. */
const settings = { VALIDATION_DEADLINE_MS: String(3_600_000) };
const order = JSON.stringify({
  customerId: randomUUID(),
  lines: [{ sku: 'A', name: 'Article A', quantity: 2, unitPrice: { amount: 1999, currency: 'EUR' } }],
  paymentMethod: { token: 'tok_ok' },
});
const shipment = JSON.stringify({ carrier: 'DHL', trackingNumber: '1' });

const cell = ({ perSecond, p50, p99 }: Outcome) =>
  `${perSecond.toFixed(0).padStart(6)}/s ${p50.toFixed(1).padStart(6)} ms ${p99.toFixed(1).padStart(6)} ms`;

async function placeOne(url: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/orders`, { method: 'POST', headers, body: order });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { orderId: string }).orderId;
}

async function place(urls: readonly string[], connections: number, seconds = SECONDS): Promise<Outcome> {
  const url = urls.slice(0, connections).map((instance) => `${instance}/orders`);
  const outcome = await underLoad({ url, method: 'POST', body: order, connections, seconds });
  if (outcome.refused > 0) throw new Error(`${outcome.refused} orders were not accepted.`);
  return outcome;
}

async function ownedBy(url: string): Promise<number> {
  const ready = (await (await fetch(`${url}/health/ready`)).json()) as { partitions?: { owned?: number[] } };
  return ready.partitions?.owned?.length ?? 0;
}

/** Until the partitions are shared out evenly and open. */
async function untilShared(urls: readonly string[], partitions: number): Promise<void> {
  const isEven = (owned: number) => owned === partitions / urls.length;
  while (!(await Promise.all(urls.map(ownedBy))).every(isEven)) await sleep(100);
}

/** Shipping what nobody has paid is refused; a refusal, too, is answered by a transaction. */
const ship = (url: readonly string[], connections: number, seconds: number): Promise<Outcome> =>
  underLoad({ url, method: 'POST', body: shipment, connections, seconds });

/** Orders of one partition, and one of another. */
async function placedOrders(stack: BenchStack, url: string) {
  const together: string[] = [];
  let elsewhere: string | undefined;
  while (together.length <= BYSTANDERS || elsewhere === undefined) {
    const orderId = await placeOne(url);
    const target = `${url}/orders/${orderId}/ship`;
    if (partitionFor(orderId, stack.partitions) === 0) together.push(target);
    else elsewhere = target;
  }
  return { hot: together[0]!, bystanders: together.slice(1, BYSTANDERS + 1), elsewhere };
}

async function besideHotOrder(stack: BenchStack, url: string): Promise<void> {
  const { hot, bystanders, elsewhere } = await placedOrders(stack, url);
  const measure = async (crowded?: string) => {
    const crowd = crowded === undefined ? undefined : ship([crowded], HOT_CONNECTIONS, SECONDS + 1);
    if (crowd) await sleep(500);
    const outcome = await ship(bystanders, BYSTANDERS, SECONDS);
    if (outcome.failed > 0) throw new Error(`${outcome.failed} commands beside a hot order failed.`);
    return { outcome, crowd: await crowd };
  };
  const [alone, apart, beside] = [await measure(), await measure(elsewhere), await measure(hot)];
  const ratioTo = (other: typeof alone) => (beside.outcome.p50 / other.outcome.p50).toFixed(1);
  console.log(`${BYSTANDERS} clients of ${BYSTANDERS} orders of one partition of ${stack.partitions}`);
  console.log(`  alone                               ${cell(alone.outcome)}`);
  console.log(`  and ${HOT_CONNECTIONS} of an order elsewhere        ${cell(apart.outcome)}`);
  console.log(`  and ${HOT_CONNECTIONS} of an order of the partition ${cell(beside.outcome)}`);
  console.log(
    `  these ${HOT_CONNECTIONS}                            ${cell(beside.crowd!)}, ${beside.crowd!.failed} turned away`,
  );
  console.log(`  ratio of p50: ${ratioTo(alone)} to alone, ${ratioTo(apart)} to an order elsewhere`);
}

for (const partitions of PARTITIONS) {
  await BenchStack.use(
    async (stack) => {
      await stack.startApps('order-command');
      const one = [stack.url('order-command')];
      await place(one, 64, WARM_UP_SECONDS);
      const alone = new Map<number, Outcome>();
      for (const connections of CONNECTIONS) alone.set(connections, await place(one, connections));
      await besideHotOrder(stack, one[0]!);
      const three = [
        ...one,
        await stack.startInstance('order-command', 2),
        await stack.startInstance('order-command', 3),
      ];
      await untilShared(three, partitions);
      await place(three, 64, WARM_UP_SECONDS);
      console.log('partitions | connections |   one instance (orders/s, p50, p99) | three instances | ratio');
      for (const connections of CONNECTIONS) {
        const [first, shared] = [alone.get(connections)!, await place(three, connections)];
        const at = `${String(partitions).padStart(10)} | ${String(connections).padStart(11)}`;
        console.log(`${at} | ${cell(first)} | ${cell(shared)} | ${(shared.perSecond / first.perSecond).toFixed(2)}`);
      }
    },
    { ...settings, PARTITIONS: String(partitions) },
  );
}
