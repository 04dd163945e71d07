import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '#mechanisms/testing/wait-for';
import { call } from './http.ts';
import type { Answer } from './http.ts';
import { System } from './system.ts';

const PARTITIONS = 6;
const CLIENTS_PER_INSTANCE = 3;
const order = {
  customerId: randomUUID(),
  lines: [{ sku: 'A', name: 'Article A', quantity: 1, unitPrice: { amount: 100, currency: 'EUR' } }],
  paymentMethod: { token: 'tok_ok' },
};

let system: System;
const instances = ['order-command'];
/** What was acknowledged, by whichever instance, in all of these tests. */
const placed = new Map<string, Answer>();

beforeAll(async () => {
  // Nobody validates these orders: what is tried here is who writes them.
  const settings = { PARTITIONS: String(PARTITIONS), VALIDATION_DEADLINE_MS: '3600000' };
  const readers = ['order-query', 'customer-query', 'payment-query', 'card-processor'];
  system = await System.start(settings, ['order-command', ...readers]);
}, 120_000);
afterAll(() => system.stop(), 60_000);

const urlOf = (instance: string): string => system.app(instance).url;

async function ownedBy(instance: string): Promise<number[]> {
  const { body } = await call('GET', `${urlOf(instance)}/health/ready`).catch(() => ({ body: undefined }));
  return body?.partitions?.owned ?? [];
}

/** Waits until every partition is open at exactly one of the instances, and answers how they are spread. */
function spreadOver(names: readonly string[]): Promise<number[][]> {
  return waitFor(async () => {
    const owned = await Promise.all(names.map((name) => ownedBy(name)));
    const sizes = owned.map(({ length }) => length);
    const even = Math.max(...sizes) - Math.min(...sizes) <= 1;
    return even &&
      owned
        .flat()
        .toSorted((a, b) => a - b)
        .join() === [...Array(PARTITIONS).keys()].join()
      ? owned
      : undefined;
  }, 60_000);
}

/** Orders placed at every one of the instances, each by several clients, while something happens. */
async function underLoad(names: readonly string[], meanwhile: () => Promise<unknown>): Promise<Answer[]> {
  const answers: Answer[] = [];
  const load = { ended: false };
  const client = async (name: string) => {
    while (!load.ended) {
      const answer = await call('POST', `${urlOf(name)}/orders`, { body: order }).catch(() => undefined);
      if (answer) answers.push(answer);
      if (answer?.status === 201) placed.set(answer.body.orderId, answer);
      if (answer?.status !== 201) await delay(20);
    }
  };
  const clients = names.flatMap((name) => Array.from({ length: CLIENTS_PER_INSTANCE }, () => client(name)));
  await delay(300);
  await meanwhile();
  await delay(300);
  load.ended = true;
  await Promise.all(clients);
  return answers;
}

const isAcceptedOrLater = ({ status, headers }: Answer): boolean =>
  status === 201 || (status === 503 && headers.get('retry-after') !== null);

/** Every acknowledged order is there for every instance: it can be cancelled, once, wherever that is asked. */
async function cancelsEverywhere(): Promise<void> {
  const sample = [...placed.keys()].slice(-12);
  for (const [index, orderId] of sample.entries()) {
    const path = `${urlOf(instances[index % instances.length]!)}/orders/${orderId}/cancel`;
    const headers = { 'if-match': '"1"' };
    expect(await call('POST', path, { body: { reason: 'test' }, headers })).toMatchObject({ status: 200 });
    expect(await call('POST', path, { body: { reason: 'test' } })).toMatchObject({ status: 409 });
    placed.delete(orderId);
  }
}

describe('several instances of a command app', () => {
  it('share the partitions when more are started, and refuse nothing for good meanwhile', async () => {
    const answers = await underLoad(['order-command'], async () => {
      instances.push(await system.addInstance('order-command'), await system.addInstance('order-command'));
      await spreadOver(instances);
    });
    expect(answers.filter((answer) => !isAcceptedOrLater(answer))).toEqual([]);
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
  }, 120_000);

  it('take commands for any partition, wherever it is owned', async () => {
    const answers = await underLoad(instances, () => delay(500));
    expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
    await cancelsEverywhere();
  }, 60_000);

  it('answer with a wait and with a key as one process would', async () => {
    for (const instance of instances) {
      const headers = { 'idempotency-key': 'once', prefer: 'wait=0' };
      const answer = await call('POST', `${urlOf(instance)}/orders`, { body: order, headers });
      placed.set(answer.body.orderId, answer);
    }
    const withKey = await Promise.all(
      instances.map((instance) =>
        call('POST', `${urlOf(instance)}/orders`, { body: order, headers: { 'idempotency-key': 'once' } }),
      ),
    );
    expect(new Set(withKey.map(({ body }) => body.orderId)).size).toBe(1);
    const { orderId } = withKey[0]!.body;
    const bad = await call('POST', `${urlOf(instances[1]!)}/orders/${orderId}/ship`, {
      body: { carrier: 'DHL', trackingNumber: '1' },
    });
    expect(bad).toMatchObject({ status: 409, body: { code: 'ORDER_NOT_PAID' } });
    placed.delete(orderId);
  }, 60_000);

  it('hand their partitions over when one is stopped, and the gateway asks another one', async () => {
    const all = instances.map((instance) => urlOf(instance)).join(',');
    const gateway = await system.addInstance('gateway', { 'order-command': all });
    const leaving = instances.pop()!;
    const answers = await underLoad([...instances, gateway], async () => {
      await system.stopApp(leaving);
      await spreadOver(instances);
    });
    expect(answers.filter((answer) => !isAcceptedOrLater(answer))).toEqual([]);
    await cancelsEverywhere();
  }, 60_000);

  it('take over what one owned that was killed', async () => {
    await underLoad(instances, async () => {
      process.kill(system.app(instances[1]!).pid!, 'SIGKILL');
      await spreadOver(instances);
    });
    await cancelsEverywhere();
  }, 120_000);

  it('let one that stood still write and answer nothing of what it had lost, and join again', async () => {
    const [awake, zombie] = instances as [string, string];
    const { pid } = system.app(zombie);
    const known = [...placed.keys()].slice(0, 30);
    process.kill(pid!, 'SIGSTOP');
    await waitFor(async () => (await ownedBy(awake)).length === PARTITIONS, 60_000);
    for (const orderId of known) {
      const answer = await call('POST', `${urlOf(awake)}/orders/${orderId}/cancel`, { body: { reason: 'test' } });
      expect(answer.status).toBe(200);
      placed.delete(orderId);
    }
    // Sent while it stands still, decided when it goes on: on its old image these orders could be cancelled.
    const asked = known.map((orderId) =>
      call('POST', `${urlOf(zombie)}/orders/${orderId}/cancel`, { body: { reason: 'test' } }),
    );
    await delay(200);
    process.kill(pid!, 'SIGCONT');
    for (const answer of await Promise.all(asked)) expect([409, 503]).toContain(answer.status);
    await spreadOver(instances);
    await cancelsEverywhere();
  }, 120_000);

  it('have written every acknowledged order once', async () => {
    expect(placed.size).toBeGreaterThan(100);
    for (const [orderId, { body }] of [...placed].slice(0, 50)) {
      const path = `${urlOf(instances[1]!)}/orders/${orderId}/cancel`;
      const headers = { 'if-match': `"${body.version}"` };
      expect(await call('POST', path, { body: { reason: 'test' }, headers })).toMatchObject({ status: 200 });
    }
    expect(await system.factstream('verify')).toContain('Everything holds');
  }, 60_000);
});
