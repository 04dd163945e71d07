import { describe, expect, it } from '@jest/globals';
import { order } from '#contexts/order/index';
import type { OrderEvent } from '#contexts/order/index';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { customerId, eur, orderId } from '../examples/payment.examples.ts';
import { paymentReactions } from './payment.reactions.ts';

const NOW = 0;

/** UUIDv5 of the order's id; written out, so that no change of the code can give orders other payments. */
const paymentId = 'f85f48f3-1c75-5b28-8012-db698df3ed52';

const reactionsTo = (event: OrderEvent) =>
  paymentReactions
    .filter(({ source, eventType }) => source === order && eventType === event.type)
    .flatMap(({ react }) => react({ event } as unknown as RecordedEvent, NOW));

describe('the payment reacts to', () => {
  it('OrderValidated by charging its total', () =>
    expect(
      reactionsTo({
        type: 'OrderValidated',
        orderId,
        customerId,
        total: eur(4498),
        paymentToken: 'tok_ok',
        payBy: 900_000,
      }),
    ).toStrictEqual([
      {
        entityId: paymentId,
        command: {
          type: 'InitiatePayment',
          paymentId,
          orderId,
          customerId,
          amount: eur(4498),
          paymentToken: 'tok_ok',
        },
      },
    ]));

  it('OrderCancelled by undoing what was charged, for the same reason', () =>
    expect(
      reactionsTo({ type: 'OrderCancelled', orderId, customerId, reason: 'PAYMENT_TIMED_OUT', reasonText: null }),
    ).toStrictEqual([{ entityId: paymentId, command: { type: 'CancelPayment', reason: 'PAYMENT_TIMED_OUT' } }]));

  it('other facts of an order not at all', () =>
    expect(reactionsTo({ type: 'OrderShipped', orderId, carrier: 'DHL', trackingNumber: '1' })).toEqual([]));
});
