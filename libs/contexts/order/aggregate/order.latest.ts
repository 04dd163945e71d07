import type { OrderLatest } from '../events/order.latest.ts';
import type { OrderState } from './order.state.ts';

/** Raise it when `evolve` or the latest record changes its meaning. */
export const ORDER_FOLD_VERSION = 1;

const absent = {
  validateBy: null,
  payBy: null,
  reason: null,
  reasonText: null,
  paymentId: null,
  carrier: null,
  trackingNumber: null,
};

export const toLatest = (state: OrderState): OrderLatest => ({ ...absent, ...(state as OrderLatest) });

export function fromLatest(latest: OrderLatest): OrderState {
  const present = Object.entries(latest).filter(([field, value]) => value !== null && field !== 'meta');
  return Object.fromEntries(present) as unknown as OrderState;
}
