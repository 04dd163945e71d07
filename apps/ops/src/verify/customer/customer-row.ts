import type { Folded } from '../fold-entity.ts';
import type { Money } from '../money.ts';
import type { Row } from '../table.ts';
import { reservationsOf } from './fold-customer.ts';

/** A row of a table of customers; of a customer that was never registered nothing but its id and version. */
export function customerRow({ version, bornAt, updatedAt, state }: Folded): Row {
  const limit = state['creditLimit'] as Money | null;
  const reserved = reservationsOf(state).reduce((sum, { amount }) => sum + BigInt(amount.amount), 0n);
  return {
    customer_id: state['customerId'],
    version: String(version),
    status: state['status'],
    name: state['name'],
    email: state['email'],
    credit_limit: limit && String(limit.amount),
    reserved: String(reserved),
    currency: limit && limit.currency,
    registered_at: bornAt,
    updated_at: updatedAt,
  };
}
