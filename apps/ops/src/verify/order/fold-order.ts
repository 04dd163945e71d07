import { metaOf } from '../writer-schemas.ts';
import type { Decoded } from '../writer-schemas.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface FoldedOrder {
  version: number;
  /** When its first and its newest event occurred, in epoch milliseconds. */
  readonly placedAt: number;
  updatedAt: number;
  /** The whole order, with the names that the latest record uses. */
  order: Fields;
}

const UNPLACED: Fields = {
  orderId: null,
  status: null,
  customerId: null,
  lines: null,
  total: null,
  paymentToken: null,
  validateBy: null,
  payBy: null,
  reason: null,
  reasonText: null,
  paymentId: null,
  carrier: null,
  trackingNumber: null,
};

/** A deadline ends with the status that it belongs to. */
const UNLIMITED = { validateBy: null, payBy: null };

/** What each event changes in an order. Written apart from the services' folds on purpose. */
const CHANGES: Readonly<Record<string, (event: Fields) => Fields>> = {
  'factstream.order.OrderPlaced': (event) => ({
    orderId: event['orderId'],
    status: 'placed',
    customerId: event['customerId'],
    lines: event['lines'],
    total: event['total'],
    paymentToken: event['paymentToken'],
    validateBy: event['validateBy'],
  }),
  'factstream.order.OrderValidated': (event) => ({ status: 'validated', ...UNLIMITED, payBy: event['payBy'] }),
  'factstream.order.OrderRejected': (event) => ({ status: 'rejected', ...UNLIMITED, reason: event['reason'] }),
  'factstream.order.OrderPaid': (event) => ({ status: 'paid', ...UNLIMITED, paymentId: event['paymentId'] }),
  'factstream.order.OrderShipped': (event) => ({
    status: 'shipped',
    ...UNLIMITED,
    carrier: event['carrier'],
    trackingNumber: event['trackingNumber'],
  }),
  'factstream.order.OrderDelivered': () => ({ status: 'delivered', ...UNLIMITED }),
  'factstream.order.OrderCancelled': (event) => ({
    status: 'cancelled',
    ...UNLIMITED,
    reason: event['reason'],
    reasonText: event['reasonText'],
    paymentId: null,
  }),
};

/**
 * Applies one event; answers whether it is one that this fold knows. An event of an order that was never placed
 * changes nothing: its version is wrong, and that is found elsewhere.
 */
export function foldOrder(orders: Map<string, FoldedOrder>, orderId: string, event: Decoded): boolean {
  const change = CHANGES[event.name];
  if (!change) return false;
  const { entityVersion, occurredAt } = metaOf(event);
  const before = orders.get(orderId);
  if (before) {
    before.version = entityVersion;
    before.updatedAt = occurredAt;
    before.order = { ...before.order, ...change(event.fields) };
  } else if (event.name === 'factstream.order.OrderPlaced') {
    const order = { ...UNPLACED, ...change(event.fields) };
    orders.set(orderId, { version: entityVersion, placedAt: occurredAt, updatedAt: occurredAt, order });
  }
  return true;
}
