import type { Money } from '../events/customer.events.ts';
import type { Reservation } from '../events/customer.latest.ts';

interface Account {
  readonly customerId: string;
  readonly name: string;
  readonly email: string;
  readonly creditLimit: Money;
  /** One per open order, in the currency of the limit. */
  readonly reservations: readonly Reservation[];
}

type ActiveCustomer = Account & { readonly status: 'active' };
type SuspendedCustomer = Account & { readonly status: 'suspended'; readonly suspensionReason: string };
export type RegisteredCustomer = ActiveCustomer | SuspendedCustomer;

export type CustomerState =
  | { readonly status: 'unknown' }
  /** Orders asked for its credit and were declined. */
  | { readonly status: 'unregistered'; readonly customerId: string }
  | RegisteredCustomer;
