import type { Money } from '../events/customer.events.ts';
import type { CustomerStatus } from '../projections/customer-list.table.ts';

/** A customer as queries show it. Times are RFC 3339 in UTC with milliseconds. */
export interface CustomerView {
  readonly customerId: string;
  readonly version: number;
  readonly name: string;
  readonly email: string;
  readonly status: CustomerStatus;
  readonly creditLimit: Money;
  readonly reserved: Money;
  /** Negative when the limit was lowered below what is reserved. */
  readonly available: Money;
  readonly registeredAt: string;
  readonly updatedAt: string;
}

/** A row of {@link CUSTOMER_COLUMNS}, as `pg` gives it. */
export interface CustomerRow {
  readonly customer_id: string;
  readonly version: string;
  readonly name: string;
  readonly email: string;
  readonly status: CustomerStatus;
  readonly credit_limit: string;
  readonly reserved: string;
  readonly available: string;
  readonly currency: string;
  readonly registered_at: Date;
  readonly updated_at: Date;
}

export const CUSTOMER_COLUMNS = `customer_id, version, name, email, status, credit_limit, reserved,
  credit_limit - reserved AS available, currency, registered_at, updated_at`;

export function toCustomerView(row: CustomerRow): CustomerView {
  const money = (amount: string): Money => ({ amount: Number(amount), currency: row.currency });
  return {
    customerId: row.customer_id,
    version: Number(row.version),
    name: row.name,
    email: row.email,
    status: row.status,
    creditLimit: money(row.credit_limit),
    reserved: money(row.reserved),
    available: money(row.available),
    registeredAt: row.registered_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
