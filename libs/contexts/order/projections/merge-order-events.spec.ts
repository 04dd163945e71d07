import { describe, expect, test } from '@jest/globals';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import type { OrderEvent } from '../events/order.events.ts';
import {
  orderCancelled,
  orderDelivered,
  orderId,
  orderPaid,
  orderPlaced,
  orderRejected,
  orderShipped,
  orderValidated,
} from '../examples/order.examples.ts';
import { mergeOrderEvents } from './merge-order-events.ts';

const recorded = (event: OrderEvent, entityVersion: number, entityId = orderId): RecordedEvent<OrderEvent> => ({
  topic: 'order-events',
  partition: 0,
  offset: entityVersion,
  entityId,
  meta: { entityVersion, occurredAt: entityVersion * 1000 } as RecordedEvent['meta'],
  event,
});
const history = (...events: OrderEvent[]) => events.map((event, index) => recorded(event, index + 1));

describe('the events of an order become one change', () => {
  test('from placed to delivered', () => {
    expect(mergeOrderEvents(history(orderPlaced, orderValidated, orderPaid, orderShipped, orderDelivered))).toEqual([
      {
        orderId,
        firstVersion: 1,
        firstAt: 1000,
        version: 5,
        updatedAt: 5000,
        status: 'delivered',
        placed: orderPlaced,
        carrier: orderShipped.carrier,
        trackingNumber: orderShipped.trackingNumber,
      },
    ]);
  });

  test.each([
    ['rejected', [orderPlaced, orderRejected], { reason: 'INSUFFICIENT_CREDIT' }],
    ['cancelled', [orderPlaced, orderCancelled], { reason: 'CANCELLED_ON_REQUEST', reasonText: 'changed my mind' }],
    ['paid', [orderPlaced, orderValidated, orderPaid], {}],
    ['validated', [orderPlaced, orderValidated], {}],
  ])('%s', (status, events, details) => {
    expect(mergeOrderEvents(history(...events))).toMatchObject([{ status, version: events.length, ...details }]);
  });

  test('without the placement when that came before', () => {
    expect(mergeOrderEvents(history(orderPlaced, orderValidated, orderPaid).slice(1))).toEqual([
      { orderId, firstVersion: 2, firstAt: 2000, version: 3, updatedAt: 3000, status: 'paid' },
    ]);
  });
});

test('orders that take turns keep apart', () => {
  const [other, third] = ['other', 'third'];
  const changes = mergeOrderEvents([
    recorded(orderPlaced, 1),
    recorded(orderPlaced, 1, other),
    recorded(orderValidated, 2),
    recorded(orderShipped, 4, third),
    recorded(orderCancelled, 2, other),
  ]);
  expect(changes.map(({ orderId: id, status, version }) => [id, status, version])).toEqual([
    [orderId, 'validated', 2],
    [other, 'cancelled', 2],
    [third, 'shipped', 4],
  ]);
});

describe('refused, with the name of the order', () => {
  const conflict = expect.objectContaining({ code: 'VERSION_CONFLICT', message: expect.stringContaining(orderId) });

  test('a gap', () => {
    expect(() => mergeOrderEvents([recorded(orderPlaced, 1), recorded(orderPaid, 3)])).toThrow(conflict);
  });
  test('a version again', () => {
    expect(() => mergeOrderEvents([...history(orderPlaced, orderValidated), recorded(orderRejected, 2)])).toThrow(
      conflict,
    );
  });
  test('another beginning than a placement, or a second placement', () => {
    expect(() => mergeOrderEvents([recorded(orderPaid, 1)])).toThrow(orderId);
    expect(() => mergeOrderEvents(history(orderPlaced, orderPlaced))).toThrow(orderId);
  });
});
