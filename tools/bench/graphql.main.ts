// One order, and a page of twenty orders with their customers and payments, against Apollo, Express and TypeORM.
//   npm run bench -- graphql [--seconds 5] [--profile]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { root } from '../local-stack/layout.ts';
import { anyPort } from '../local-stack/ports.ts';
import { BenchStack } from './bench-stack.ts';
import { underLoad } from './load.ts';
import type { Load } from './load.ts';
import { cpuSecondsOf } from './process-cpu.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '5' } }, strict: false });
const SECONDS = Number(values.seconds);
const CONNECTIONS = 16;
const ROUNDS = 3;
const ORDERS = 20_000;

const MONEY = '{ amount currency }';
const query = `query Page($first: Int!, $after: String) {
  orders(first: $first, after: $after) {
    edges { cursor node {
      orderId version status lines { sku name quantity unitPrice ${MONEY} } total ${MONEY} placedAt updatedAt
      customer { customerId name email status creditLimit ${MONEY} available ${MONEY} registeredAt }
      payment { paymentId status amount ${MONEY} captured ${MONEY} refunded ${MONEY} initiatedAt }
    } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const bodyFor = (first: number, after?: string): string => JSON.stringify({ query, variables: { first, after } });

/** Rows as the projection makes them of orders that were paid, ten of each customer. */
async function fill(client: Client, schema: string): Promise<string> {
  const id = (kind: string, of: string): string => `md5('${kind}' || (${of}))::uuid`;
  const at = `now() - ${ORDERS} * interval '1 second' + n * interval '1 second'`;
  await client.query(`INSERT INTO ${schema}.customers (customer_id, version, status, name, email, credit_limit, reserved,
      currency, registered_at, updated_at)
    SELECT ${id('customer', 'n')}, 21, 'active', 'Ada ' || n, 'ada' || n || '@example.org', 1000000, 0, 'EUR', now(), now()
    FROM generate_series(0, ${ORDERS / 10}) AS n`);
  await client.query(`INSERT INTO ${schema}.orders (order_id, version, status, customer_id, lines, total_amount, currency,
      placed_at, updated_at)
    SELECT ${id('order', 'n')}, 3, 'paid', ${id('customer', 'n / 10')},
      '[{"sku":"A","name":"Article A","quantity":2,"unitPrice":{"amount":1999,"currency":"EUR"}},
        {"sku":"B","name":"Article B","quantity":1,"unitPrice":{"amount":500,"currency":"EUR"}}]', 4498, 'EUR', ${at}, now()
    FROM generate_series(1, ${ORDERS}) AS n`);
  await client.query(`INSERT INTO ${schema}.payments (payment_id, order_id, customer_id, version, status, currency, amount,
      authorized, captured, refunded, voided, open_requests, initiated_at, updated_at)
    SELECT ${id('payment', 'n')}, ${id('order', 'n')}, ${id('customer', 'n / 10')}, 5, 'captured', 'EUR', 4498, 4498, 4498, 0,
      false, '[]', ${at}, now()
    FROM generate_series(1, ${ORDERS}) AS n`);
  await client.query(`VACUUM ANALYZE ${schema}.orders, ${schema}.customers, ${schema}.payments`);
  const { rows } = await client.query<{ id: string }>(`SELECT ${id('order', String(ORDERS / 2))} AS id`);
  return rows[0]!.id;
}

/** A server under comparison. */
interface Server {
  readonly name: string;
  readonly url: string;
  /** Seconds of CPU that its process has taken so far. */
  cpuSeconds(): number;
}

async function startPeer(url: string, schema: string): Promise<Server & { stop(): Promise<void> }> {
  const port = await anyPort();
  const child = fork(fileURLToPath(new URL('apollo-peer.worker.ts', import.meta.url)), [url, schema, String(port)], {
    cwd: root,
    execArgv: ['--conditions=source', '--import', './swc-hook.mjs'],
    env: { PATH: process.env['PATH'], NODE_ENV: 'production' },
  });
  await once(child, 'message');
  const stop = async (): Promise<void> => {
    child.kill();
    await once(child, 'exit');
  };
  return { name: 'the peer', url: `http://127.0.0.1:${port}`, cpuSeconds: () => cpuSecondsOf(child.pid), stop };
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;

interface Measured {
  readonly perSecond: number;
  /** Milliseconds of its process, per request. */
  readonly cpu: number;
}

/** What a server is asked for. */
interface Asked extends Pick<Load, 'method' | 'body'> {
  readonly server: Server;
  readonly path: string;
}

async function measure({ server, path, ...load }: Asked): Promise<Measured> {
  const before = server.cpuSeconds();
  const url = server.url + path;
  const { perSecond, refused, p50, p99 } = await underLoad({
    ...load,
    url,
    connections: CONNECTIONS,
    seconds: SECONDS,
  });
  if (refused > 0) throw new Error(`${url} refused ${refused} requests`);
  const cpu = ((server.cpuSeconds() - before) * 1_000) / (perSecond * SECONDS);
  const rate = `${perSecond.toFixed(0)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
  console.log(`${load.method} ${path}, ${server.name}: ${rate}, ${cpu.toFixed(2)} ms CPU each`);
  return { perSecond, cpu };
}

interface Page {
  readonly data: {
    readonly orders: {
      readonly edges: readonly { readonly node: { readonly customer: object; readonly payment: object } }[];
      readonly pageInfo: { readonly endCursor: string };
    };
  };
}

const STEP = 100;

/** The cursor behind the next hundred orders. @throws Error when something is missing in them, which a load would not see */
async function step(url: string, after: string | undefined): Promise<string> {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: bodyFor(STEP, after),
  });
  const text = await answer.text();
  const orders = (JSON.parse(text) as Partial<Page>).data?.orders;
  const whole = orders?.edges.filter(({ node }) => node.customer && node.payment);
  if (whole?.length !== STEP) throw new Error(`${url} answered ${text}`);
  return orders!.pageInfo.endCursor;
}

/** Requests for 200 pages of 20 all over the list, the first page first; each server gives out cursors of its own. */
async function pagesOf({ url }: Server): Promise<string[]> {
  const bodies: string[] = [];
  for (let after: string | undefined; bodies.length < 200;) {
    bodies.push(bodyFor(20, after));
    after = await step(url, after);
  }
  return bodies;
}

/** They take turns; the first round warms up. */
async function compare(name: string, own: Asked, peer: Asked) {
  const [ours, theirs]: [Measured[], Measured[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round += 1) {
    ours.push(await measure(own));
    theirs.push(await measure(peer));
  }
  const ratio = (of: (one: Measured) => number): number => {
    const [a, b] = [ours, theirs].map((all) => median(all.slice(1).map(of)));
    return a! / b!;
  };
  const [rates, cpus] = [ratio(({ perSecond }) => perSecond), 1 / ratio(({ cpu }) => cpu)];
  console.log(`${name}: ${rates.toFixed(1)} times as many a second, ${cpus.toFixed(1)} times less CPU`);
}

await BenchStack.use(
  async (stack) => {
    await stack.startApps('order-query');
    const client = new Client({ connectionString: stack.addresses.postgres });
    await client.connect();
    const { rows } = await client.query<{ schema: string }>(
      `SELECT nspname AS schema FROM pg_namespace WHERE nspname ~ '^orders_v[0-9]+$'`,
    );
    const { schema } = rows[0]!;
    const orderId = await fill(client, schema);
    await client.end();
    const peer = await startPeer(stack.addresses.postgres, schema);
    const own: Server = {
      name: 'order-query',
      url: stack.url('order-query'),
      cpuSeconds: () => stack.cpuSeconds().get('order-query')!,
    };
    try {
      const both = (name: string, ask: (server: Server) => Asked): Promise<void> => compare(name, ask(own), ask(peer));
      const pages = new Map([
        [own, await pagesOf(own)],
        [peer, await pagesOf(peer)],
      ]);
      const page = { path: '/graphql', method: 'POST' } as const;
      await both('one order', (server) => ({ server, path: `/orders/${orderId}`, method: 'GET' }));
      await both('the first page of 20', (server) => ({ server, ...page, body: pages.get(server)![0]! }));
      await both('any of 200 pages of 20', (server) => ({ server, ...page, body: pages.get(server)! }));
    } finally {
      await peer.stop();
    }
    console.log('goal on two quiet cores: at least 5 times');
  },
  { NODE_ENV: 'production' },
);
