import { randomUUID } from 'node:crypto';
import { steadily } from './steadily.ts';

/** An order as its customer sees it: when the request left, on the clock of `performance.now()`. */
export type Placed = Map<string, number>;

async function post(url: string, body: object): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${JSON.stringify(answer)}`);
  return answer;
}

/** Registers customers who can pay for anything; answers their ids. */
export function registerCustomers(gateway: string, count: number): Promise<string[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const email = `${randomUUID()}@example.com`;
      const creditLimit = { amount: 1_000_000_000, currency: 'EUR' };
      const { customerId } = await post(`${gateway}/customers`, { name: `Customer ${index}`, email, creditLimit });
      return String(customerId);
    }),
  );
}

/** Places orders at a steady rate, whether or not the earlier ones were answered, and resolves when all were. */
export async function placeOrders(
  gateway: string,
  customers: readonly string[],
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<Placed> {
  const placed: Placed = new Map();
  await steadily(perSecond, seconds, (count) => placeOne(gateway, customers[count % customers.length]!, placed));
  return placed;
}

async function placeOne(gateway: string, customerId: string, placed: Placed): Promise<void> {
  const unitPrice = { amount: 1999, currency: 'EUR' };
  const lines = [{ sku: 'A', name: 'Article A', quantity: 2, unitPrice }];
  const sentAt = performance.now();
  const { orderId } = await post(`${gateway}/orders`, { customerId, lines, paymentMethod: { token: 'tok_ok' } });
  placed.set(String(orderId), sentAt);
}
