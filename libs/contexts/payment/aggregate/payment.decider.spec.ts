import { describe, expect, it } from '@jest/globals';
import { fold, given } from '#mechanisms/testing/given-when-then';
import * as example from '../examples/payment.examples.ts';
import type { PaymentEvent } from '../events/payment.events.ts';
import { paymentDecider } from './payment.decider.ts';
import type { PaymentCommand } from './payment.decide.ts';
import { openRequest } from './payment.open-request.ts';

const {
  initiated,
  authorized,
  captured,
  paymentInitiated,
  authorizationRequested,
  paymentAuthorized,
  captureRequested,
  paymentCaptured,
  cancellationRequested,
  voidRequested,
  paymentVoided,
  refundRequested,
  paymentRefunded,
  refundFailed,
  paymentFailed,
  paymentOutcomeUnknown,
  eventIdAt,
  eur,
} = example;

const initiate: PaymentCommand = { ...paymentInitiated, type: 'InitiatePayment' };
const cancel: PaymentCommand = { type: 'CancelPayment', reason: 'CANCELLED_ON_REQUEST' };
const refund = (amount: number, currency = 'EUR'): PaymentCommand => ({
  type: 'RefundPayment',
  amount: { amount, currency },
  reason: 'damaged',
});
const success = (index: number, reference: string, amount = 4498): PaymentCommand => ({
  type: 'RecordSuccess',
  request: eventIdAt(index),
  amount: eur(amount),
  reference,
});
const decline = (index: number, reason = 'CARD_DECLINED'): PaymentCommand => ({
  type: 'RecordDecline',
  request: eventIdAt(index),
  reason,
});
const unknown = (index: number): PaymentCommand => ({ type: 'RecordUnknownOutcome', request: eventIdAt(index) });

const payment = (...events: PaymentEvent[]) => given(paymentDecider, events);
const statusAfter = (...events: PaymentEvent[]) => fold(paymentDecider, events).status;
const openAfter = (...events: PaymentEvent[]) => openRequest(fold(paymentDecider, events));

const cancelRefund = (amount: number) => refundRequested(amount, 'CANCELLED_ON_REQUEST');

describe('InitiatePayment', () => {
  it('starts the payment and asks for its authorization', () =>
    payment()
      .when(initiate)
      .then(...initiated));
  it('changes nothing when repeated', () =>
    payment(...initiated)
      .when(initiate)
      .thenNothing());
  it('changes nothing when the payment has ended', () =>
    payment(...initiated, paymentFailed(eventIdAt(1)))
      .when(initiate)
      .thenNothing());
});

describe('an authorization', () => {
  it('leads to the capture of the whole amount', () =>
    payment(...initiated)
      .when(success(1, 'auth-1'))
      .then(paymentAuthorized, captureRequested));
  it('is voided when the payment is cancelled meanwhile', () =>
    payment(...initiated, cancellationRequested)
      .when(success(1, 'auth-1'))
      .then(paymentAuthorized, voidRequested));
  it('that comes after its decline is a fact, and voided', () =>
    payment(...initiated, paymentFailed(eventIdAt(1)))
      .when(success(1, 'auth-1'))
      .then(paymentAuthorized, voidRequested));
  it('changes nothing when repeated', () =>
    payment(...authorized)
      .when(success(1, 'auth-1'))
      .thenNothing());
  it('of another amount is refused', () =>
    payment(...initiated)
      .when(success(1, 'auth-1', 4499))
      .thenRefused('PROCESSOR_ANSWER_MISMATCH'));
  it('that nobody asked for is refused', () => {
    payment(...initiated)
      .when(success(7, 'auth-1'))
      .thenRefused('PROCESSOR_REQUEST_NOT_FOUND');
    payment().when(success(1, 'auth-1')).thenRefused('PAYMENT_NOT_FOUND');
  });
});

describe('a capture', () => {
  it('is recorded', () =>
    payment(...authorized)
      .when(success(3, 'capture-1'))
      .then(paymentCaptured));
  it('is refunded in full when the payment is cancelled meanwhile', () =>
    payment(...authorized, cancellationRequested)
      .when(success(3, 'capture-1'))
      .then(paymentCaptured, cancelRefund(4498)));
  it('that comes after its decline is a fact, takes the place of the void, and is refunded', () => {
    const declined = [...authorized, paymentFailed(eventIdAt(3)), voidRequested];
    const refunded = refundRequested(4498, 'CARD_DECLINED');
    payment(...declined)
      .when(success(3, 'capture-1'))
      .then(paymentCaptured, refunded);
    expect(openAfter(...declined, paymentCaptured, refunded)?.request.kind).toBe('refund');
    payment(...declined, paymentCaptured, refunded)
      .when(success(5, 'void-1'))
      .thenNothing();
    payment(...declined, paymentCaptured, refunded)
      .when(decline(5))
      .thenNothing();
  });
  it('that comes after the void is a fact, and refunded', () =>
    payment(...authorized, paymentFailed(eventIdAt(3)), voidRequested, paymentVoided(eventIdAt(5)))
      .when(success(3, 'capture-1'))
      .then(paymentCaptured, refundRequested(4498, 'CARD_DECLINED')));
  it('changes nothing when repeated', () =>
    payment(...captured)
      .when(success(3, 'capture-1'))
      .thenNothing());
});

describe('a decline', () => {
  it('of the authorization fails the payment', () =>
    payment(...initiated)
      .when(decline(1))
      .then(paymentFailed(eventIdAt(1))));
  it('of the capture fails the payment and releases the authorization', () =>
    payment(...authorized)
      .when(decline(3))
      .then(paymentFailed(eventIdAt(3)), voidRequested));
  it('of a void leaves it open for a person', () => {
    const voiding = [...initiated, cancellationRequested, paymentAuthorized, voidRequested];
    payment(...voiding)
      .when(decline(4))
      .then(paymentOutcomeUnknown(eventIdAt(4)));
    payment(...voiding, paymentOutcomeUnknown(eventIdAt(4)))
      .when(decline(4))
      .thenNothing();
  });
  it('of a refund frees its amount', () => {
    payment(...captured, refundRequested(4498))
      .when(decline(5, 'CARD_CLOSED'))
      .then(refundFailed(eventIdAt(5), 4498));
    payment(...captured, refundRequested(4498), refundFailed(eventIdAt(5), 4498))
      .when(refund(4498))
      .then(refundRequested(4498));
  });
  it('changes nothing when repeated, or after a success', () => {
    payment(...initiated, paymentFailed(eventIdAt(1)))
      .when(decline(1))
      .thenNothing();
    payment(...captured)
      .when(decline(3))
      .thenNothing();
  });
  it('of an unknown payment is refused', () => payment().when(decline(1)).thenRefused('PAYMENT_NOT_FOUND'));
});

describe('an outcome that nobody can tell', () => {
  it('is recorded once', () => {
    payment(...authorized)
      .when(unknown(3))
      .then(paymentOutcomeUnknown(eventIdAt(3)));
    payment(...authorized, paymentOutcomeUnknown(eventIdAt(3)))
      .when(unknown(3))
      .thenNothing();
  });
  it('is resolved by a later answer', () =>
    payment(...authorized, paymentOutcomeUnknown(eventIdAt(3)))
      .when(success(3, 'capture-1'))
      .then(paymentCaptured));
  it('is no fact of a request that has an answer', () =>
    payment(...captured)
      .when(unknown(3))
      .thenNothing());
  it('of an unknown payment is refused', () => payment().when(unknown(1)).thenRefused('PAYMENT_NOT_FOUND'));
});

describe('CancelPayment', () => {
  it.each([[initiated], [authorized], [[...authorized, paymentOutcomeUnknown(eventIdAt(3))]]])(
    'is noted while a request is open',
    (events) =>
      payment(...events)
        .when(cancel)
        .then(cancellationRequested),
  );
  it('refunds what is captured', () =>
    payment(...captured)
      .when(cancel)
      .then(cancelRefund(4498)));
  it('refunds what is left', () =>
    payment(...captured, refundRequested(4497), paymentRefunded(eventIdAt(5), 4497))
      .when(cancel)
      .then(cancelRefund(1)));
  it('refunds what is left beside a refund that is not answered yet', () =>
    payment(...captured, refundRequested(98))
      .when(cancel)
      .then(cancellationRequested, cancelRefund(4400)));
  it('changes nothing when repeated', () => {
    payment(...initiated, cancellationRequested)
      .when(cancel)
      .thenNothing();
    payment(...captured, cancelRefund(4498), cancellationRequested)
      .when(cancel)
      .thenNothing();
    payment(...captured, cancelRefund(4498), paymentRefunded(eventIdAt(5), 4498))
      .when(cancel)
      .thenNothing();
  });
  it('changes nothing of a payment that has failed', () =>
    payment(...initiated, paymentFailed(eventIdAt(1)))
      .when(cancel)
      .thenNothing());
  it('changes nothing where there is no payment: its order was never validated', () =>
    payment().when(cancel).thenNothing());
});

describe('RefundPayment', () => {
  it('asks for the refund', () =>
    payment(...captured)
      .when(refund(98))
      .then(refundRequested(98)));
  it('asks for another one beside one that is not answered', () =>
    payment(...captured, refundRequested(98))
      .when(refund(4400))
      .then(refundRequested(4400)));
  it('is refused for more than is left, counting refunds without an answer', () => {
    payment(...captured)
      .when(refund(4499))
      .thenRefused('REFUND_EXCEEDS_CAPTURED');
    payment(...captured, refundRequested(98))
      .when(refund(4401))
      .thenRefused('REFUND_EXCEEDS_CAPTURED');
    payment(...captured, refundRequested(98), paymentRefunded(eventIdAt(5), 98))
      .when(refund(4401))
      .thenRefused('REFUND_EXCEEDS_CAPTURED');
  });
  it('is refused before the capture', () => {
    payment(...initiated)
      .when(refund(1))
      .thenRefused('PAYMENT_NOT_CAPTURED');
    payment(...authorized)
      .when(refund(1))
      .thenRefused('PAYMENT_NOT_CAPTURED');
  });
  it('is refused in another currency', () =>
    payment(...captured)
      .when(refund(98, 'USD'))
      .thenRefused('CURRENCY_MISMATCH'));
  it.each([0, -1, 0.5])('is refused for %d', (amount) =>
    payment(...captured)
      .when(refund(amount))
      .thenRefused('REFUND_NOT_POSITIVE'),
  );
  it('is refused for an unknown payment', () => payment().when(refund(1)).thenRefused('PAYMENT_NOT_FOUND'));
  it('is refused after a thousand', () => {
    const refunds = Array.from({ length: 1_000 }, () => refundRequested(1));
    payment(...captured, ...refunds)
      .when(refund(1))
      .thenRefused('TOO_MANY_REFUNDS');
  });
});

describe('a refund', () => {
  it('is recorded with the sum so far', () =>
    payment(...captured, refundRequested(98), paymentRefunded(eventIdAt(5), 98), refundRequested(2))
      .when({ ...success(7, 'refund-1', 2) })
      .then(paymentRefunded(eventIdAt(7), 2, 100)));
  it('that comes after its failure is a fact', () =>
    payment(...captured, refundRequested(98), refundFailed(eventIdAt(5), 98))
      .when(success(5, 'refund-1', 98))
      .then(paymentRefunded(eventIdAt(5), 98)));
  it('that would bring back more than was captured is refused', () => {
    const all = [...captured, refundRequested(4498), refundFailed(eventIdAt(5), 4498), refundRequested(4498)];
    payment(...all, paymentRefunded(eventIdAt(7), 4498))
      .when(success(5, 'refund-1'))
      .thenRefused('PROCESSOR_ANSWER_MISMATCH');
  });
});

describe('ReconcilePayment', () => {
  it('changes nothing by itself', () =>
    payment(...initiated)
      .when({ type: 'ReconcilePayment' })
      .thenNothing());
  it('is refused for an unknown payment', () =>
    payment().when({ type: 'ReconcilePayment' }).thenRefused('PAYMENT_NOT_FOUND'));
});

describe('the status', () => {
  it.each<[string, PaymentEvent[]]>([
    ['initiated', [...initiated]],
    ['authorized', [...authorized]],
    ['captured', [...captured]],
    ['failed', [...initiated, paymentFailed(eventIdAt(1))]],
    ['unknown', [...authorized, paymentOutcomeUnknown(eventIdAt(3))]],
    ['unknown', [...authorized, paymentOutcomeUnknown(eventIdAt(3)), cancellationRequested]],
    ['captured', [...authorized, paymentOutcomeUnknown(eventIdAt(3)), paymentCaptured]],
    ['voided', [...initiated, cancellationRequested, paymentAuthorized, voidRequested, paymentVoided(eventIdAt(4))]],
    ['captured', [...captured, refundRequested(98)]],
    ['partially_refunded', [...captured, refundRequested(98), paymentRefunded(eventIdAt(5), 98)]],
    ['refunded', [...captured, refundRequested(4498), paymentRefunded(eventIdAt(5), 4498)]],
    ['captured', [...captured, refundRequested(4498), refundFailed(eventIdAt(5), 4498)]],
  ])('is %s', (status, events) => expect(statusAfter(...events)).toBe(status));

  it('of a failed refund comes with its reason until all is refunded', () => {
    const failed = [...captured, refundRequested(4498), refundFailed(eventIdAt(5), 4498), refundRequested(4498)];
    expect(fold(paymentDecider, failed)).toMatchObject({ status: 'captured', failureReason: 'CARD_CLOSED' });
    expect(fold(paymentDecider, [...failed, paymentRefunded(eventIdAt(7), 4498)])).toMatchObject({
      status: 'refunded',
      failureReason: null,
    });
  });
});

describe('the open request', () => {
  it('is the oldest without an answer, under the id and the time of the event that asked', () =>
    expect(openAfter(...captured, refundRequested(98), refundRequested(2))).toStrictEqual({
      id: eventIdAt(5),
      requestedAt: 5,
      request: {
        kind: 'refund',
        paymentId: example.paymentId,
        orderId: example.orderId,
        amount: eur(98),
        paymentToken: 'tok_ok',
        unwanted: false,
        outcomeUnknown: false,
      },
    }));
  it('stays open while nobody can tell its outcome', () =>
    expect(openAfter(...authorized, paymentOutcomeUnknown(eventIdAt(3)))).toMatchObject({
      id: eventIdAt(3),
      request: { outcomeUnknown: true },
    }));
  it('of a cancelled payment is not wanted, unless it gives money back', () => {
    expect(openAfter(...initiated, cancellationRequested)?.request.unwanted).toBe(true);
    expect(openAfter(...authorized, cancellationRequested)?.request.unwanted).toBe(true);
    expect(openAfter(...captured, refundRequested(98), cancellationRequested)?.request.unwanted).toBe(false);
  });
  it('is none before the payment, or when all is answered', () => {
    expect(openAfter()).toBeUndefined();
    expect(openAfter(...captured)).toBeUndefined();
  });
});

it('refuses a history that the rules cannot have made', () =>
  expect(() => statusAfter(paymentInitiated, authorizationRequested, paymentCaptured)).toThrow(TypeError));
