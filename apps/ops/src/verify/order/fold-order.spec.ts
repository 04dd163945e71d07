import { describe, expect, test } from '@jest/globals';
import * as example from '#contexts/order/examples/order.examples';
import type { OrderEvent } from '#contexts/order/index';
import { foldOrder } from './fold-order.ts';
import type { FoldedOrder } from './fold-order.ts';

const { orderId, orderPlaced, orderValidated, orderPaid, orderShipped, orderDelivered } = example;

function fold(...events: OrderEvent[]): FoldedOrder | undefined {
  const orders = new Map<string, FoldedOrder>();
  for (const [index, { type, ...fields }] of events.entries()) {
    const meta = { eventId: String(index), entityVersion: index + 1, occurredAt: 1_000 * index };
    expect(foldOrder(orders, orderId, { name: `factstream.order.${type}`, fields: { meta, ...fields } })).toBe(true);
  }
  return orders.get(orderId);
}

const unset = { payBy: null, reason: null, reasonText: null, paymentId: null, carrier: null, trackingNumber: null };
const { type: _, ...placement } = orderPlaced;

describe('the fold of an order', () => {
  test('begins with what was placed', () => {
    const order = { ...placement, ...unset, status: 'placed' };
    expect(fold(orderPlaced)).toEqual({ version: 1, placedAt: 0, updatedAt: 0, order });
  });

  test('keeps a deadline only as long as it runs', () => {
    expect(fold(orderPlaced, orderValidated)).toMatchObject({
      version: 2,
      updatedAt: 1_000,
      order: { status: 'validated', validateBy: null, payBy: orderValidated.payBy },
    });
    expect(fold(orderPlaced, orderValidated, orderPaid)?.order).toMatchObject({
      status: 'paid',
      payBy: null,
      paymentId: orderPaid.paymentId,
    });
  });

  test('follows an order to its delivery', () => {
    const { carrier, trackingNumber } = orderShipped;
    const folded = fold(orderPlaced, orderValidated, orderPaid, orderShipped, orderDelivered);
    expect(folded).toMatchObject({ version: 5, placedAt: 0, updatedAt: 4_000 });
    expect(folded?.order).toMatchObject({ status: 'delivered', carrier, trackingNumber, total: orderPlaced.total });
  });

  test('tells why an order ended', () => {
    expect(fold(orderPlaced, example.orderRejected)?.order).toMatchObject({
      status: 'rejected',
      reason: 'INSUFFICIENT_CREDIT',
      reasonText: null,
      validateBy: null,
    });
    expect(fold(orderPlaced, orderValidated, orderPaid, example.orderCancelled)?.order).toMatchObject({
      status: 'cancelled',
      reason: 'CANCELLED_ON_REQUEST',
      reasonText: 'changed my mind',
      paymentId: null,
    });
  });

  test('makes no order of one that was never placed, and does not know every event', () => {
    expect(fold(orderValidated)).toBeUndefined();
    const meta = { eventId: '1', entityVersion: 1, occurredAt: 0 };
    expect(foldOrder(new Map(), orderId, { name: 'factstream.order.v2.OrderPlaced', fields: { meta } })).toBe(false);
  });
});
