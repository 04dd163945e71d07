import type { OrderEventOf } from '../events/order.events.ts';

export const orderId = '0192f0c1-0000-7000-8000-000000000001';
export const customerId = '0192f0c1-0000-7000-8000-0000000000c1';
export const paymentId = '0192f0c1-0000-7000-8000-0000000000f1';
const placedAt = Date.parse('2026-11-02T10:00:00.000Z');

const eur = (amount: number) => ({ amount, currency: 'EUR' });

export const orderPlaced: OrderEventOf<'OrderPlaced'> = {
  type: 'OrderPlaced',
  orderId,
  customerId,
  lines: [
    { sku: 'A', name: 'Article A', quantity: 2, unitPrice: eur(1999) },
    { sku: 'B', name: 'Article B', quantity: 1, unitPrice: eur(500) },
  ],
  total: eur(4498),
  paymentToken: 'tok_ok',
  validateBy: placedAt + 30_000,
};

export const orderValidated: OrderEventOf<'OrderValidated'> = {
  type: 'OrderValidated',
  orderId,
  customerId,
  total: eur(4498),
  paymentToken: 'tok_ok',
  payBy: placedAt + 900_000,
};

export const orderRejected: OrderEventOf<'OrderRejected'> = {
  type: 'OrderRejected',
  orderId,
  customerId,
  reason: 'INSUFFICIENT_CREDIT',
};

export const orderPaid: OrderEventOf<'OrderPaid'> = {
  type: 'OrderPaid',
  orderId,
  customerId,
  paymentId,
  amount: eur(4498),
};

export const orderShipped: OrderEventOf<'OrderShipped'> = {
  type: 'OrderShipped',
  orderId,
  carrier: 'DHL',
  trackingNumber: '00340434161094042557',
};

export const orderDelivered: OrderEventOf<'OrderDelivered'> = { type: 'OrderDelivered', orderId };

export const orderCancelled: OrderEventOf<'OrderCancelled'> = {
  type: 'OrderCancelled',
  orderId,
  customerId,
  reason: 'CANCELLED_ON_REQUEST',
  reasonText: 'changed my mind',
};
