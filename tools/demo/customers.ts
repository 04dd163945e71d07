import { randomUUID } from 'node:crypto';
import type { CarefulClient } from './careful-client.ts';
import { between, pick } from './chance.ts';

export interface Customer {
  readonly customerId: string;
  readonly currency: string;
}

const LIMITS = [
  [0, 1],
  [5_000, 3],
  [50_000, 5],
  [500_000, 8],
  [10_000_000, 4],
] as const;

const CURRENCIES = [
  ['EUR', 8],
  ['USD', 2],
  ['JPY', 1],
] as const;

const AT_ONCE = 8;
const ONE_SUSPENDED_IN = 25;

/** Registers customers of all sorts; some are suspended at once, and some have never been registered at all. */
export async function registerCustomers(client: CarefulClient, count: number): Promise<Customer[]> {
  const customers: Customer[] = [{ customerId: randomUUID(), currency: 'EUR' }];
  let left = count;
  const work = async (): Promise<void> => {
    while (left > 0) {
      const number = left;
      left -= 1;
      const currency = pick(CURRENCIES);
      const answer = await client.command('POST', '/customers', {
        name: `Customer ${number}`,
        email: `customer-${number}@shop.example`,
        creditLimit: { amount: pick(LIMITS), currency },
      });
      if (answer?.status !== 201) continue;
      const { customerId } = answer.body as { customerId: string };
      customers.push({ customerId, currency });
      if (number % ONE_SUSPENDED_IN === 0) {
        await client.command('POST', `/customers/${customerId}/suspend`, { reason: 'a bill is overdue' });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return customers;
}

/** Now and then a customer's limit changes while its orders are under way. */
export async function changeLimit(client: CarefulClient, { customerId, currency }: Customer): Promise<void> {
  const creditLimit = { amount: between(1, 500_000), currency };
  await client.command('PUT', `/customers/${customerId}/credit-limit`, { creditLimit });
}
