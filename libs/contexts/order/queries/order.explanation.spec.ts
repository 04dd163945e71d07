import { describe, expect, test } from '@jest/globals';
import type { PastEvent } from '#mechanisms/history/index';
import type { OrderEvent } from '../events/order.events.ts';
import * as example from '../examples/order.examples.ts';
import { explain } from './order.explanation.ts';

const { orderPlaced, orderValidated, orderPaid, orderShipped, orderDelivered, orderRejected, orderCancelled } = example;

const past = (event: OrderEvent, index: number): PastEvent<OrderEvent> => ({
  entityId: example.orderId,
  meta: { entityVersion: index + 1, occurredAt: (index + 1) * 1000 } as PastEvent['meta'],
  event,
});
const explained = (...events: OrderEvent[]) => explain(events.map(past));
const lastSentence = (...events: OrderEvent[]) => explained(...events)!.because.at(-1)!.text;

test('an order that does not exist is not explained', () => expect(explained()).toBeUndefined());

test('every event of an order has a sentence of its own', () => {
  const { status, because, waitingFor } = explained(
    orderPlaced,
    orderValidated,
    orderPaid,
    orderShipped,
    orderDelivered,
  )!;
  expect(status).toBe('delivered');
  expect(waitingFor).toBeUndefined();
  expect(because[0]).toStrictEqual({
    version: 1,
    type: 'OrderPlaced',
    at: '1970-01-01T00:00:01.000Z',
    text: 'The order was placed.',
  });
  expect(because.map(({ version, text }) => `${version} ${text}`)).toEqual([
    '1 The order was placed.',
    "2 The order was validated because the customer's credit was sufficient and is reserved for it.",
    '3 The order was paid because its payment was captured.',
    '4 The order was shipped with DHL under the tracking number 00340434161094042557.',
    '5 The order was delivered.',
  ]);
});

test.each([
  ['UNKNOWN_CUSTOMER', 'The order was rejected because no such customer was registered.'],
  ['CUSTOMER_SUSPENDED', 'The order was rejected because the customer was suspended.'],
  ['INSUFFICIENT_CREDIT', "The order was rejected because the customer's credit was not sufficient."],
  ['CURRENCY_MISMATCH', "The order was rejected because its currency was not that of the customer's credit."],
  ['TOO_MANY_OPEN_ORDERS', 'The order was rejected because the customer had too many open orders.'],
  ['VALIDATION_TIMED_OUT', "The order was rejected because the customer's credit was not checked in time."],
] as const)('a rejection for %s says why', (reason, sentence) =>
  expect(lastSentence(orderPlaced, { ...orderRejected, reason })).toBe(sentence),
);

test.each([
  ['CANCELLED_ON_REQUEST', 'no use for it', 'The order was cancelled on request: “no use for it”.'],
  ['CANCELLED_ON_REQUEST', null, 'The order was cancelled on request.'],
  ['PAYMENT_FAILED', null, 'The order was cancelled because its payment failed.'],
  ['PAYMENT_TIMED_OUT', null, 'The order was cancelled because it was not paid in time.'],
] as const)('a cancellation for %s says why', (reason, reasonText, sentence) =>
  expect(lastSentence(orderPlaced, { ...orderCancelled, reason, reasonText })).toBe(sentence),
);

describe('an order waits', () => {
  const waitingAfter = (...events: OrderEvent[]) => explained(...events)!.waitingFor;

  test('for its validation until a time, once it is placed', () =>
    expect(waitingAfter(orderPlaced)).toStrictEqual({ what: 'validation', until: '2026-11-02T10:00:30.000Z' }));
  test('for its payment until a time, once it is validated', () =>
    expect(waitingAfter(orderPlaced, orderValidated)).toStrictEqual({
      what: 'payment',
      until: '2026-11-02T10:15:00.000Z',
    }));
  test('for its shipment, once it is paid', () =>
    expect(waitingAfter(orderPlaced, orderValidated, orderPaid)).toStrictEqual({ what: 'shipment' }));
  test('for its delivery, once it is shipped', () =>
    expect(waitingAfter(orderPlaced, orderValidated, orderPaid, orderShipped)).toStrictEqual({ what: 'delivery' }));
  test.each([orderRejected, orderCancelled])('for nothing after $type', (end) =>
    expect(explained(orderPlaced, end)).not.toHaveProperty('waitingFor'),
  );
});
