import { randomUUID } from 'node:crypto';
import { waitFor } from '#mechanisms/testing/wait-for';
import { call } from './http.ts';
import type { Answer } from './http.ts';

const PATIENCE_MS = 120_000;

/** Somebody who places one order, with one key however often it takes, and writes down what is said. */
export class CarefulCustomer {
  /** Each answer as its status and code. */
  readonly told: string[] = [];
  private readonly gateway: string;
  private readonly headers = { 'idempotency-key': randomUUID() };
  private readonly body: object;

  constructor(gateway: string, customerId: string, token = 'tok_ok') {
    this.gateway = gateway;
    const lines = [{ sku: 'A', name: 'Article A', quantity: 1, unitPrice: { amount: 100, currency: 'EUR' } }];
    this.body = { customerId, lines, paymentMethod: { token } };
  }

  async place(): Promise<Answer> {
    const answer = await call('POST', `${this.gateway}/orders`, { body: this.body, headers: this.headers });
    this.told.push([answer.status, ...(answer.body.code ? [answer.body.code] : [])].join(' '));
    return answer;
  }

  /** Until it is certain that nothing was done. */
  untilRefused(): Promise<Answer> {
    return this.until(503);
  }

  untilPlaced(): Promise<Answer> {
    return this.until(201);
  }

  /** Waits until the order can be read: from then on it can be read whatever happens to Kafka. */
  async untilRead(order: Answer): Promise<void> {
    await waitFor(async () => (await this.read(order)).status === 200, 60_000);
  }

  read({ body: { orderId } }: Answer): Promise<Answer> {
    return call('GET', `${this.gateway}/orders/${orderId}`);
  }

  private until(status: number): Promise<Answer> {
    return waitFor(async () => {
      const answer = await this.place().catch(() => void this.told.push('no answer'));
      return answer?.status === status && answer;
    }, PATIENCE_MS).catch(() => {
      throw new Error(`not ${status} within ${PATIENCE_MS} ms, but ${[...new Set(this.told)].join(', ')}`);
    });
  }
}
