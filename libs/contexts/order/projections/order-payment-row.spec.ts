import { describe, expect, test } from '@jest/globals';
import type { PaymentEvent } from '#contexts/payment/index';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { orderId, paymentId } from '../examples/order.examples.ts';
import { nextPayment } from './order-payment-row.ts';
import type { PaymentRow } from './order-payment-row.ts';
import { capturedPayment, paymentInitiated, paymentLives, requestAt } from './testing/neighbour-facts.ts';

const recorded = (event: PaymentEvent, entityVersion: number): RecordedEvent<PaymentEvent> => ({
  topic: 'payment-events',
  partition: 0,
  offset: entityVersion,
  entityId: paymentId,
  meta: { entityVersion, eventId: requestAt(entityVersion) } as RecordedEvent['meta'],
  event,
});
const after = (events: readonly PaymentEvent[]) =>
  events.reduce<PaymentRow | undefined>((row, event, index) => nextPayment(row, recorded(event, index + 1)), undefined);

test.each(paymentLives)('%s, %i captured and %i refunded', (status, captured, refunded, events) => {
  const row = { paymentId, orderId, status, captured, refunded, currency: 'EUR', version: events.length };
  expect(after(events)).toMatchObject(row);
});

describe('refused with the name of the payment', () => {
  test('another beginning than an initiation', () => {
    expect(() => after(capturedPayment.slice(1))).toThrow(paymentId);
  });
  test('a second initiation', () => {
    expect(() => after([...capturedPayment, paymentInitiated])).toThrow(paymentId);
  });
});
