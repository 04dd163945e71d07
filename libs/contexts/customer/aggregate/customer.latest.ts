import type { CustomerLatest } from '../events/customer.latest.ts';
import type { CustomerState } from './customer.state.ts';

/** Raise it when `evolve` or the latest record changes its meaning. */
export const CUSTOMER_FOLD_VERSION = 1;

const absent = { name: null, email: null, creditLimit: null, suspensionReason: null, reservations: [] };

export const toLatest = (state: CustomerState): CustomerLatest => ({ ...absent, ...(state as CustomerLatest) });

export function fromLatest(latest: CustomerLatest): CustomerState {
  const { status, customerId } = latest;
  switch (status) {
    case 'unregistered':
      return { status, customerId };
    case 'active':
      return { status, ...accountOf(latest) };
    case 'suspended':
      return { status, ...accountOf(latest), suspensionReason: latest.suspensionReason! };
    default:
      return status satisfies never;
  }
}

const accountOf = ({ customerId, name, email, creditLimit, reservations }: CustomerLatest) => ({
  customerId,
  name: name!,
  email: email!,
  creditLimit: creditLimit!,
  reservations,
});
