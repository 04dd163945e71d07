import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '#mechanisms/testing/wait-for';
import { CarefulCustomer } from './careful-customer.ts';
import { call, tokenOf } from './http.ts';
import type { Answer } from './http.ts';
import { System } from './system.ts';

let system: System;
beforeAll(async () => {
  system = await System.start();
}, 120_000);
afterAll(() => system.stop(), 60_000);

const CLIENTS = 8;
const customerId = randomUUID();
/** As the kernel does it when memory runs out; the supervisor then starts it again. */
const killApp = (name: string): boolean => process.kill(system.app(name).pid!, 'SIGKILL');

async function underLoad(meanwhile: () => unknown): Promise<Answer[]> {
  const answers: Answer[] = [];
  const load = { ended: false };
  const client = async () => {
    while (!load.ended) answers.push(await new CarefulCustomer(system.gateway, customerId).untilPlaced());
  };
  const clients = Array.from({ length: CLIENTS }, client);
  await delay(500);
  await meanwhile();
  await delay(500);
  load.ended = true;
  await Promise.all(clients);
  return answers;
}

describe.each([
  ['order-command', () => killApp('order-command')],
  ['order-query', () => killApp('order-query')],
  ['the gateway', () => killApp('gateway')],
  [
    'the broker',
    async () => {
      await system.kafka.kill('SIGKILL');
      await system.kafka.restart();
    },
  ],
  [
    'PostgreSQL',
    async () => {
      await system.postgres.kill('SIGKILL');
      await system.postgres.restart();
    },
  ],
])('kill -9 of %s under load', (_, kill) => {
  it('loses nothing that was acknowledged and doubles nothing', async () => {
    const answers = await underLoad(kill);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => body.orderId)).size).toBe(answers.length);
    for (const answer of answers) {
      const read = await waitFor(async () => {
        const path = `${system.gateway}/orders/${answer.body.orderId}`;
        const headers = { ...tokenOf(answer), prefer: 'wait=30' };
        const got = await call('GET', path, { headers }).catch(() => undefined);
        return got && got.status < 500 ? got : undefined;
      }, 60_000);
      expect(read.status).toBe(200);
      expect(read.body.version).toBeGreaterThanOrEqual(answer.body.version);
    }
  }, 120_000);
});

describe('afterwards', () => {
  it('topics, latest records and tables agree', async () => {
    expect(await system.factstream('verify')).toContain('Everything holds');
  }, 60_000);
});
