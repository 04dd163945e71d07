import { describe, expect, test } from '@jest/globals';
import * as example from '#contexts/order/examples/order.examples';
import type { OrderEvent } from '#contexts/order/index';
import { foldEvent } from '../fold-entity.ts';
import { folded } from '../testing/folded.ts';
import { orderRules } from './fold-order.ts';

const { orderId, orderPlaced, orderValidated, orderPaid, orderShipped, orderDelivered } = example;

const fold = (...events: OrderEvent[]) => folded(orderRules, 'order', ...events);

const unset = { payBy: null, reason: null, reasonText: null, paymentId: null, carrier: null, trackingNumber: null };
const { type: _, ...placement } = orderPlaced;

describe('the fold of an order', () => {
  test('begins with what was placed', () => {
    const state = { ...placement, ...unset, status: 'placed' };
    expect(fold(orderPlaced)).toEqual({ version: 1, bornAt: 0, updatedAt: 0, state });
  });

  test('keeps a deadline only as long as it runs', () => {
    expect(fold(orderPlaced, orderValidated)).toMatchObject({
      version: 2,
      updatedAt: 1_000,
      state: { status: 'validated', validateBy: null, payBy: orderValidated.payBy },
    });
    expect(fold(orderPlaced, orderValidated, orderPaid)?.state).toMatchObject({
      status: 'paid',
      payBy: null,
      paymentId: orderPaid.paymentId,
    });
  });

  test('follows an order to its delivery', () => {
    const { carrier, trackingNumber } = orderShipped;
    const order = fold(orderPlaced, orderValidated, orderPaid, orderShipped, orderDelivered);
    expect(order).toMatchObject({ version: 5, bornAt: 0, updatedAt: 4_000 });
    expect(order?.state).toMatchObject({ status: 'delivered', carrier, trackingNumber, total: orderPlaced.total });
  });

  test('tells why an order ended', () => {
    expect(fold(orderPlaced, example.orderRejected)?.state).toMatchObject({
      status: 'rejected',
      reason: 'INSUFFICIENT_CREDIT',
      reasonText: null,
      validateBy: null,
    });
    expect(fold(orderPlaced, orderValidated, orderPaid, example.orderCancelled)?.state).toMatchObject({
      status: 'cancelled',
      reason: 'CANCELLED_ON_REQUEST',
      reasonText: 'changed my mind',
      paymentId: null,
    });
  });

  test('makes no order of one that was never placed, and does not know every event', () => {
    expect(fold(orderValidated)).toBeUndefined();
    const meta = { eventId: '1', entityVersion: 1, occurredAt: 0 };
    const event = { name: 'factstream.order.v2.OrderPlaced', fields: { meta } };
    expect(foldEvent(orderRules, new Map(), orderId, event)).toBe(false);
  });
});
