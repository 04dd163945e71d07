import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '#mechanisms/testing/wait-for';
import { Shop } from './shop.ts';
import { System } from './system.ts';

let system: System;
let shop: Shop;
beforeAll(async () => {
  system = await System.start({
    CARD_PROCESSOR_TIMEOUT_MS: '700',
    CARD_PROCESSOR_FIRST_PAUSE_MS: '100',
    CARD_PROCESSOR_LONGEST_PAUSE_MS: '1000',
    CARD_PROCESSOR_SLOW_MS: '400',
  });
  shop = new Shop(system);
}, 120_000);
afterAll(() => system.stop(), 60_000);

const TOKENS = [
  'tok_ok',
  'tok_ok',
  'tok_ok',
  'tok_declined',
  'tok_flaky',
  'tok_twice',
  'tok_slow',
  'tok_lost',
  'tok_timeout',
];
const ORDERS = 45;

/** As a careful client does: with a key, again and again until the answer is definite. */
async function placeSurely(customerId: string, token: string): Promise<string> {
  const headers = { 'idempotency-key': randomUUID() };
  const answer = await waitFor(async () => {
    const one = await shop.order(customerId, 1_000, token, headers).catch(() => undefined);
    return one?.status === 201 ? one : undefined;
  }, 60_000);
  return answer.body.orderId;
}

describe.each([
  ['customer-command', async () => kill('customer-command')],
  ['order-command', async () => kill('order-command')],
  ['payment-command', async () => kill('payment-command')],
  ['the card processor', async () => kill('card-processor')],
  [
    'the broker',
    async () => {
      await system.kafka.kill('SIGKILL');
      await system.kafka.restart();
    },
  ],
])('kill -9 of %s amid orders', (_, strike) => {
  it('lets every order come to its end', async () => {
    const customerId = await shop.customer(Number.MAX_SAFE_INTEGER);
    const placing = Array.from({ length: ORDERS }, (__, index) =>
      placeSurely(customerId, TOKENS[index % TOKENS.length]!),
    );
    await Promise.race(placing);
    await strike();
    const ids = await Promise.all(placing);
    const ended = await Promise.all(ids.map((id) => shop.orderIn(id, 'paid', 'cancelled')));
    const declined = TOKENS.filter((token) => token === 'tok_declined').length * (ORDERS / TOKENS.length);
    expect(ended.filter(({ status }) => status === 'cancelled')).toHaveLength(declined);
    await shop.reservedIs(customerId, 0);
  }, 120_000);
});

describe('afterwards', () => {
  it('every fact was applied once: everything holds, and the processor’s books equal ours', async () => {
    expect(await system.factstream('verify')).toContain('Everything holds');
  }, 90_000);
});

function kill(name: string): void {
  process.kill(system.app(name).pid!, 'SIGKILL');
}
