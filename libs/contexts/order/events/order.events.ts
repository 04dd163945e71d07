import { event, int, list, money, nullable, record, text, timestamp, uuid } from '#mechanisms/schemas/declare';
import type { EventOf, ValueOf } from '#mechanisms/schemas/declare';

export type RejectionReason =
  | 'UNKNOWN_CUSTOMER'
  | 'CUSTOMER_SUSPENDED'
  | 'INSUFFICIENT_CREDIT'
  | 'CURRENCY_MISMATCH'
  | 'TOO_MANY_OPEN_ORDERS'
  | 'VALIDATION_TIMED_OUT';

export type CancellationReason = 'CANCELLED_ON_REQUEST' | 'PAYMENT_FAILED' | 'PAYMENT_TIMED_OUT';

export const orderLine = record('factstream.order.OrderLine', {
  sku: text(),
  name: text(),
  quantity: int(),
  unitPrice: money,
});
export type { Money } from '#mechanisms/schemas/declare';
export type OrderLine = ValueOf<typeof orderLine>;

export const OrderPlaced = event('factstream.order.OrderPlaced', 1, {
  orderId: uuid(),
  customerId: uuid(),
  lines: list(orderLine),
  total: money,
  paymentToken: text(),
  validateBy: timestamp(),
});

export const OrderValidated = event('factstream.order.OrderValidated', 1, {
  orderId: uuid(),
  customerId: uuid(),
  total: money,
  paymentToken: text(),
  payBy: timestamp(),
});

export const OrderRejected = event('factstream.order.OrderRejected', 1, {
  orderId: uuid(),
  customerId: uuid(),
  reason: text<RejectionReason>(),
});

export const OrderPaid = event('factstream.order.OrderPaid', 1, {
  orderId: uuid(),
  customerId: uuid(),
  paymentId: uuid(),
  amount: money,
});

export const OrderShipped = event('factstream.order.OrderShipped', 1, {
  orderId: uuid(),
  carrier: text(),
  trackingNumber: text(),
});

export const OrderDelivered = event('factstream.order.OrderDelivered', 1, {
  orderId: uuid(),
});

export const OrderCancelled = event('factstream.order.OrderCancelled', 1, {
  orderId: uuid(),
  customerId: uuid(),
  reason: text<CancellationReason>(),
  reasonText: nullable(text()),
});

export const orderEvents = [
  OrderPlaced,
  OrderValidated,
  OrderRejected,
  OrderPaid,
  OrderShipped,
  OrderDelivered,
  OrderCancelled,
] as const;

export type OrderEvent = EventOf<(typeof orderEvents)[number]>;
export type OrderEventOf<Type extends OrderEvent['type']> = Extract<OrderEvent, { type: Type }>;
