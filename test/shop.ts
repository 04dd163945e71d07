import { waitFor } from '#mechanisms/testing/wait-for';
import { call, tokenOf } from './http.ts';
import type { Answer, Call } from './http.ts';
import type { System } from './system.ts';

const EUR = 'EUR';

/** One item of a history. */
export interface PastEvent {
  readonly type: string;
  readonly eventId: string;
  readonly causationId: string;
}

/** A customer's and a shopkeeper's doings, as HTTP requests to one system. */
export class Shop {
  private readonly system: System;

  constructor(system: System) {
    this.system = system;
  }

  post(path: string, body: unknown = {}, more: Call = {}): Promise<Answer> {
    return call('POST', this.system.gateway + path, { body, ...more });
  }

  put(path: string, body: unknown): Promise<Answer> {
    return call('PUT', this.system.gateway + path, { body });
  }

  get(path: string, more: Call = {}): Promise<Answer> {
    return call('GET', this.system.gateway + path, more);
  }

  /** Registers a customer and answers the id. */
  async customer(creditLimit: number, name = 'Ada'): Promise<string> {
    const body = { name, email: 'ada@example.com', creditLimit: { amount: creditLimit, currency: EUR } };
    return (await this.post('/customers', body)).body.customerId;
  }

  order(customerId: string, amount: number, token = 'tok_ok', headers: Record<string, string> = {}): Promise<Answer> {
    const lines = [{ sku: 'A', name: 'Article A', quantity: 1, unitPrice: { amount, currency: EUR } }];
    return this.post('/orders', { customerId, lines, paymentMethod: { token } }, { headers });
  }

  /** Waits until the order has one of the states, and answers it as order-query shows it. */
  orderIn(orderId: string, ...states: string[]) {
    return this.eventually(`/orders/${orderId}`, ({ status }) => states.includes(status));
  }

  /** Waits until order-query shows the order as wanted: its payment comes from another topic than its status. */
  // oxlint-disable-next-line typescript/no-explicit-any -- bodies have many shapes
  orderShowing(orderId: string, condition: (order: any) => boolean) {
    return this.eventually(`/orders/${orderId}`, condition);
  }

  /** Waits until payment-query shows the order's payment in one of the states, and answers the payment. */
  async paymentIn(orderId: string, ...states: string[]) {
    const page = await this.eventually(`/payments?orderId=${orderId}`, ({ items }) =>
      states.includes(items[0]?.status),
    );
    return page.items[0];
  }

  /** Waits until the history of an entity ends with an event: it fills beside the list, which may be ahead of it. */
  async history(entity: string, lastType: string): Promise<PastEvent[]> {
    const page = await this.eventually(`${entity}/history`, ({ items }) => items.at(-1).type === lastType);
    return page.items;
  }

  async credit(customerId: string): Promise<{ reserved: number; available: number }> {
    const { body } = await this.get(`/customers/${customerId}`);
    return { reserved: body.reserved.amount, available: body.available.amount };
  }

  reservedIs(customerId: string, amount: number) {
    return this.eventually(`/customers/${customerId}`, ({ reserved }) => reserved?.amount === amount);
  }

  /** What the card processor has booked for the order's payment. */
  async charge(paymentId: string) {
    const { body } = await call('GET', `${this.system.addresses.apps['card-processor']!}/charges`);
    return body.items.find((item: { paymentId: string }) => item.paymentId === paymentId);
  }

  tokenOf = tokenOf;

  // oxlint-disable-next-line typescript/no-explicit-any -- bodies have many shapes
  private eventually(path: string, condition: (body: any) => boolean): Promise<any> {
    return waitFor(async () => {
      const { status, body } = await this.get(path).catch(() => ({ status: 0, body: undefined }));
      return status === 200 && condition(body) ? body : undefined;
    }, 60_000);
  }
}
