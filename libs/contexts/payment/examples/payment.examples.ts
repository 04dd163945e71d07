import type { PaymentEvent, PaymentEventOf } from '../events/payment.events.ts';

export const paymentId = '0192f0c1-0000-7000-8000-0000000000f1';
export const orderId = '0192f0c1-0000-7000-8000-0000000000a1';
export const customerId = '0192f0c1-0000-7000-8000-0000000000c1';

export const eur = (amount: number) => ({ amount, currency: 'EUR' });
const ids = { paymentId, orderId };

/** The id of the event at an index of a history, as the test vocabulary of event sourcing gives them out. */
export const eventIdAt = (index: number) => `0192f0c1-0000-7000-8000-${index.toString(16).padStart(12, '0')}`;

export const paymentInitiated: PaymentEventOf<'PaymentInitiated'> = {
  type: 'PaymentInitiated',
  ...ids,
  customerId,
  amount: eur(4498),
  paymentToken: 'tok_ok',
};
export const authorizationRequested: PaymentEventOf<'AuthorizationRequested'> = {
  type: 'AuthorizationRequested',
  ...ids,
};
export const paymentAuthorized: PaymentEventOf<'PaymentAuthorized'> = {
  type: 'PaymentAuthorized',
  ...ids,
  request: eventIdAt(1),
  amount: eur(4498),
  reference: 'auth-1',
};
export const captureRequested: PaymentEventOf<'CaptureRequested'> = {
  type: 'CaptureRequested',
  ...ids,
  amount: eur(4498),
};
export const paymentCaptured: PaymentEventOf<'PaymentCaptured'> = {
  type: 'PaymentCaptured',
  ...ids,
  request: eventIdAt(3),
  amount: eur(4498),
  reference: 'capture-1',
};
export const cancellationRequested: PaymentEventOf<'CancellationRequested'> = {
  type: 'CancellationRequested',
  ...ids,
  reason: 'CANCELLED_ON_REQUEST',
};
export const voidRequested: PaymentEventOf<'VoidRequested'> = { type: 'VoidRequested', ...ids };

export const paymentVoided = (request: string): PaymentEventOf<'PaymentVoided'> => ({
  type: 'PaymentVoided',
  ...ids,
  request,
});
export const refundRequested = (amount: number, reason = 'damaged'): PaymentEventOf<'RefundRequested'> => ({
  type: 'RefundRequested',
  ...ids,
  amount: eur(amount),
  reason,
});
export const paymentRefunded = (
  request: string,
  amount: number,
  refunded = amount,
): PaymentEventOf<'PaymentRefunded'> => ({
  type: 'PaymentRefunded',
  ...ids,
  request,
  amount: eur(amount),
  refunded: eur(refunded),
  reference: 'refund-1',
});
export const refundFailed = (request: string, amount: number): PaymentEventOf<'RefundFailed'> => ({
  type: 'RefundFailed',
  ...ids,
  request,
  amount: eur(amount),
  reason: 'CARD_CLOSED',
});
export const paymentFailed = (request: string, reason = 'CARD_DECLINED'): PaymentEventOf<'PaymentFailed'> => ({
  type: 'PaymentFailed',
  ...ids,
  request,
  reason,
});
export const paymentOutcomeUnknown = (request: string): PaymentEventOf<'PaymentOutcomeUnknown'> => ({
  type: 'PaymentOutcomeUnknown',
  ...ids,
  request,
});

export const initiated: readonly PaymentEvent[] = [paymentInitiated, authorizationRequested];
export const authorized: readonly PaymentEvent[] = [...initiated, paymentAuthorized, captureRequested];
export const captured: readonly PaymentEvent[] = [...authorized, paymentCaptured];

const voided = [...initiated, cancellationRequested, paymentAuthorized, voidRequested];
const refundOf = (amount: number) => [...captured, refundRequested(amount)];

/** What payments may go through; each refers to its events by {@link eventIdAt}. */
export const lives: readonly (readonly PaymentEvent[])[] = [
  initiated,
  [...initiated, paymentFailed(eventIdAt(1))],
  [...initiated, paymentFailed(eventIdAt(1)), paymentAuthorized, voidRequested, paymentVoided(eventIdAt(4))],
  authorized,
  [...authorized, paymentOutcomeUnknown(eventIdAt(3))],
  [...authorized, paymentOutcomeUnknown(eventIdAt(3)), paymentCaptured],
  [...authorized, paymentFailed(eventIdAt(3)), voidRequested],
  [...authorized, paymentFailed(eventIdAt(3)), voidRequested, paymentVoided(eventIdAt(5))],
  [...authorized, paymentFailed(eventIdAt(3)), voidRequested, paymentCaptured, refundRequested(4498)],
  [...authorized, cancellationRequested, paymentCaptured, refundRequested(4498)],
  voided,
  [...voided, paymentVoided(eventIdAt(4))],
  [...voided, paymentOutcomeUnknown(eventIdAt(4))],
  captured,
  [...refundOf(98), refundRequested(4400)],
  [...refundOf(98), paymentRefunded(eventIdAt(5), 98), refundRequested(4400)],
  [
    ...refundOf(98),
    refundRequested(4400),
    paymentRefunded(eventIdAt(5), 98),
    paymentRefunded(eventIdAt(6), 4400, 4498),
  ],
  [...refundOf(4498), refundFailed(eventIdAt(5), 4498)],
  [...refundOf(4498), refundFailed(eventIdAt(5), 4498), refundRequested(4498), paymentRefunded(eventIdAt(7), 4498)],
  [...refundOf(98), refundFailed(eventIdAt(5), 98), paymentRefunded(eventIdAt(5), 98)],
];
