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

/** A registered customer's row: {@link CUSTOMER_COLUMNS} as `pg` gives them, or the whole row as JSON. */
export interface CustomerRow {
  readonly customer_id: string;
  readonly version: string | number;
  readonly name: string;
  readonly email: string;
  readonly status: CustomerStatus;
  readonly credit_limit: string | number;
  readonly reserved: string | number;
  readonly currency: string;
  readonly registered_at: Date | string;
  readonly updated_at: Date | string;
}

export const CUSTOMER_COLUMNS =
  'customer_id, version, name, email, status, credit_limit, reserved, currency, registered_at, updated_at';

export function toCustomerView(row: CustomerRow): CustomerView {
  const money = (amount: number): Money => ({ amount, currency: row.currency });
  const [creditLimit, reserved] = [Number(row.credit_limit), Number(row.reserved)];
  return {
    customerId: row.customer_id,
    version: Number(row.version),
    name: row.name,
    email: row.email,
    status: row.status,
    creditLimit: money(creditLimit),
    reserved: money(reserved),
    available: money(creditLimit - reserved),
    registeredAt: new Date(row.registered_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  };
}
