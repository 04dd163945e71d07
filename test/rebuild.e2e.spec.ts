import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { waitFor } from '#mechanisms/testing/wait-for';
import { Shop } from './shop.ts';
import { System } from './system.ts';

const database = async (system: System, name: string, statement: string) => {
  const client = new Client({ connectionString: system.postgres.url(name) });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
};

let system: System;
let shop: Shop;
let customerId: string;
let placing: ReturnType<typeof placeOrders>;
beforeAll(async () => {
  system = await System.start();
  shop = new Shop(system);
  customerId = await shop.customer(1_000_000_000);
  for (let count = 0; count < 10; count += 1) {
    await Promise.all(Array.from({ length: 10 }, () => shop.order(customerId, 100)));
  }
}, 120_000);
afterAll(() => system.stop(), 60_000);

/** A customer who places orders until told to stop, and reads each of them as soon as somebody answers: `refused` holds what was not right. */
function placeOrders() {
  const ending = new AbortController();
  const refused: string[] = [];
  const done = (async () => {
    let placed = 0;
    for (; !ending.signal.aborted; placed += 1) {
      const answer = await shop.order(customerId, 100);
      const { orderId } = answer.body;
      const headers = { ...shop.tokenOf(answer), prefer: 'wait=20' };
      const read = await waitFor(async () => {
        const answered = await shop.get(`/orders/${orderId}`, { headers });
        return answered.status !== 503 && answered;
      }, 60_000);
      if (read.status !== 200 || read.body.version < answer.body.version) refused.push(JSON.stringify(read.body));
    }
    return placed;
  })();
  return {
    end: async () => {
      ending.abort();
      return { placed: await done, refused };
    },
  };
}

const projections = (...args: string[]) => system.factstream('projections', ...args);
const versions = async (): Promise<{ projection: string; version: number; state: string; consumed: number }[]> =>
  JSON.parse(await projections('list', '--json'));
const orders = async () => (await versions()).filter(({ projection }) => projection === 'orders');
const failed = (error: unknown) => error as { code: number; stdout: string; stderr: string };

describe('while orders are being placed', () => {
  beforeEach(() => void (placing = placeOrders()));
  afterEach(() => placing.end());

  it('a projection is rebuilt over the death of its process, compared, switched to, left again and dropped', async () => {
    expect(await projections('rebuild', 'orders', '--rate', '1000')).toContain('orders_v2 is filled');
    expect(await projections('pause', 'orders', '2')).toContain('orders_v2 is paused');
    const tooEarly = await projections('switch', 'orders').catch(failed);
    expect(tooEarly).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/orders_v2 (is behind|has no tables yet)/),
    });
    expect(await projections('resume', 'orders', '2')).toContain('orders_v2 goes on');
    process.kill(system.app('order-query').pid!, 'SIGKILL');
    await waitFor(async () => {
      const [, filled] = await orders();
      return filled?.state === 'caught up' && filled.consumed > 500;
    }, 90_000);

    const compared = JSON.parse(
      await waitFor(() => projections('compare', 'orders', '--json').catch(() => undefined), 60_000),
    );
    expect(compared).not.toHaveProperty('difference');
    expect(compared.rows).toBeGreaterThan(60);
    const changed = `UPDATE orders_v2.orders SET total_amount = total_amount + 1
      WHERE order_id = (SELECT min(order_id::text)::uuid FROM orders_v2.orders) RETURNING order_id`;
    const [{ order_id }] = await database(system, 'postgres', changed);
    const different = await projections('compare', 'orders').catch(failed);
    expect(different).toMatchObject({
      code: 1,
      stdout: `orders, the row order_id=${order_id}, total_amount: 100 in orders_v1, 101 in orders_v2.\n`,
    });
    await database(system, 'postgres', changed.replace('+ 1', '- 1'));

    expect(await projections('switch', 'orders')).toContain('Queries are answered from orders_v2');
    expect((await orders()).map(({ state }) => state)).toEqual(['caught up', 'current']);
    expect(await projections('rollback', 'orders')).toContain('Queries are answered from orders_v1');
    expect(await projections('switch', 'orders', 'orders_v2')).toContain('orders_v2');
    expect(await projections('drop', 'orders', '2').catch(failed)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('orders_v2 is current'),
    });
    expect(await projections('drop', 'orders', '1')).toContain('orders_v1 is dropped');
    expect(await orders()).toMatchObject([{ version: 2, state: 'current' }]);
    const { placed, refused } = await placing.end();
    expect(placed).toBeGreaterThan(10);
    expect(refused).toEqual([]);
  }, 900_000);

  it('the whole database is lost, and everything is there again without a restart', async () => {
    const pids = ['order-query', 'customer-query', 'payment-query'].map((name) => system.app(name).pid);
    await database(system, 'template1', 'DROP DATABASE postgres WITH (FORCE)');
    await database(system, 'template1', 'CREATE DATABASE postgres');
    await waitFor(async () => {
      const found = await versions().catch(() => []);
      return found.length >= 6 && found.every(({ state }) => state === 'current');
    }, 60_000);
    await placing.end();
    await waitFor(
      () =>
        system
          .factstream('verify')
          .then((text) => text.includes('Everything holds'))
          .catch(() => false),
      90_000,
    );
    expect(['order-query', 'customer-query', 'payment-query'].map((name) => system.app(name).pid)).toEqual(pids);
  }, 180_000);
});
