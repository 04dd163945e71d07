import type { Verb } from './operation.ts';

/** What each command does in each status, said again: a success, or the code of the refusal. Not the services' code. */
const RULES: Readonly<Record<Verb, Readonly<Record<string, string>>>> = {
  place: { unplaced: 'OrderPlaced' },
  ship: {
    paid: 'OrderShipped',
    placed: 'ORDER_NOT_PAID',
    validated: 'ORDER_NOT_PAID',
    shipped: 'ORDER_ALREADY_SHIPPED',
    delivered: 'ORDER_ALREADY_DELIVERED',
  },
  deliver: {
    shipped: 'OrderDelivered',
    placed: 'ORDER_NOT_SHIPPED',
    validated: 'ORDER_NOT_SHIPPED',
    paid: 'ORDER_NOT_SHIPPED',
    delivered: 'ORDER_ALREADY_DELIVERED',
  },
  cancel: {
    placed: 'OrderCancelled',
    validated: 'OrderCancelled',
    paid: 'OrderCancelled',
    shipped: 'ORDER_ALREADY_SHIPPED',
    delivered: 'ORDER_ALREADY_DELIVERED',
  },
};

const ENDED: Readonly<Record<string, string>> = {
  unplaced: 'ORDER_NOT_FOUND',
  rejected: 'ORDER_REJECTED',
  cancelled: 'ORDER_CANCELLED',
};

/** After which statuses something that no client asked for may happen. */
const OF_ITSELF: Readonly<Record<string, readonly string[]>> = {
  OrderValidated: ['placed'],
  OrderRejected: ['placed'],
  OrderPaid: ['validated'],
  OrderCancelled: ['validated'],
};

/** The type of the event that the command leads to in this status, or the code of its refusal. */
export const effectOf = (verb: Verb, status: string): { event: string } | { code: string } => {
  const effect = RULES[verb][status] ?? ENDED[status] ?? 'ORDER_ALREADY_PLACED';
  return effect.startsWith('ORDER_') ? { code: effect } : { event: effect };
};

export const mayHappenOfItself = (type: string, status: string): boolean => OF_ITSELF[type]?.includes(status) ?? false;
