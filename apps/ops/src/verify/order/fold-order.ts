import type { FoldRules } from '../fold-entity.ts';

/** A deadline ends with the status that it belongs to. */
const UNLIMITED = { validateBy: null, payBy: null };

export const orderRules: FoldRules = {
  blank: {
    orderId: null,
    status: null,
    customerId: null,
    lines: null,
    total: null,
    paymentToken: null,
    ...UNLIMITED,
    reason: null,
    reasonText: null,
    paymentId: null,
    carrier: null,
    trackingNumber: null,
  },
  firsts: ['factstream.order.OrderPlaced'],
  birth: 'factstream.order.OrderPlaced',
  changes: {
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
  },
};
