import type { CustomerEvent, CustomerEventOf } from '#contexts/customer/index';
import type { PaymentEvent, PaymentEventOf } from '#contexts/payment/index';
import { customerId, orderId, paymentId } from '../../examples/order.examples.ts';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const ids = { paymentId, orderId };

export const customerRegistered: CustomerEventOf<'CustomerRegistered'> = {
  type: 'CustomerRegistered',
  customerId,
  name: 'Ada Example',
  email: 'ada@example.org',
  creditLimit: eur(10_000),
};
export const customerContactChanged: CustomerEventOf<'CustomerContactChanged'> = {
  type: 'CustomerContactChanged',
  customerId,
  name: 'Ada Sample',
  email: 'ada@sample.example',
};
export const creditReserved: CustomerEventOf<'CreditReserved'> = {
  type: 'CreditReserved',
  customerId,
  orderId,
  amount: eur(4_498),
};
export const creditDeclined: CustomerEventOf<'CreditDeclined'> = {
  type: 'CreditDeclined',
  customerId,
  orderId,
  amount: eur(4_498),
  reason: 'UNKNOWN_CUSTOMER',
};

/** Of customers: what their streams hold. */
export const customerLives: readonly (readonly CustomerEvent[])[] = [
  [customerRegistered],
  [creditDeclined, creditDeclined],
  [creditDeclined, customerRegistered, creditReserved],
  [customerRegistered, creditReserved, customerContactChanged, { type: 'CustomerSuspended', customerId, reason: 'x' }],
];

/** The event id of the nth event of a payment, from 1. */
export const requestAt = (version: number): string => `0192f0c1-0000-7000-8000-${String(version).padStart(12, '0')}`;
const answering = (version: number) => ({ ...ids, request: requestAt(version) });

const paymentInitiated: PaymentEventOf<'PaymentInitiated'> = {
  type: 'PaymentInitiated',
  ...ids,
  customerId,
  amount: eur(4_498),
  paymentToken: 'tok_ok',
};
const refundRequested = (amount: number): PaymentEvent => ({
  type: 'RefundRequested',
  ...ids,
  amount: eur(amount),
  reason: 'damaged',
});
const refunded = (version: number, amount: number, sum = amount): PaymentEvent => ({
  type: 'PaymentRefunded',
  ...answering(version),
  amount: eur(amount),
  refunded: eur(sum),
  reference: 'refund',
});
const failed = (version: number): PaymentEvent => ({
  type: 'PaymentFailed',
  ...answering(version),
  reason: 'DECLINED',
});
const refundFailed = (version: number, amount: number): PaymentEvent => ({
  type: 'RefundFailed',
  ...answering(version),
  amount: eur(amount),
  reason: 'CARD_CLOSED',
});
const unknown = (version: number): PaymentEvent => ({ type: 'PaymentOutcomeUnknown', ...answering(version) });
const voided = (version: number): PaymentEvent => ({ type: 'PaymentVoided', ...answering(version) });
const voidRequested: PaymentEvent = { type: 'VoidRequested', ...ids };
const authorized: PaymentEvent = {
  type: 'PaymentAuthorized',
  ...answering(2),
  amount: eur(4_498),
  reference: 'authorization',
};
const captured: PaymentEvent = { type: 'PaymentCaptured', ...answering(4), amount: eur(4_498), reference: 'capture' };

const asked: PaymentEvent[] = [paymentInitiated, { type: 'AuthorizationRequested', ...ids }];
const capturing: PaymentEvent[] = [...asked, authorized, { type: 'CaptureRequested', ...ids, amount: eur(4_498) }];
export const capturedPayment: readonly PaymentEvent[] = [...capturing, captured];
const doubtfulVoid = [...capturing, failed(4), voidRequested, unknown(6)];

/** Of payments: their events, and how they stand after the last one. */
export const paymentLives: readonly (readonly [string, number, number, readonly PaymentEvent[]])[] = [
  ['initiated', 0, 0, [paymentInitiated]],
  ['initiated', 0, 0, asked],
  ['failed', 0, 0, [...asked, failed(2)]],
  ['unknown', 0, 0, [...asked, unknown(2)]],
  ['authorized', 0, 0, [...asked, unknown(2), authorized]],
  ['authorized', 0, 0, capturing],
  ['unknown', 0, 0, [...capturing, unknown(4)]],
  ['failed', 0, 0, [...capturing, failed(4), voidRequested]],
  ['voided', 0, 0, [...capturing, failed(4), voidRequested, voided(6)]],
  ['unknown', 0, 0, doubtfulVoid],
  ['captured', 4_498, 0, [...doubtfulVoid, captured]],
  ['captured', 4_498, 0, [...capturing, unknown(4), captured]],
  ['captured', 4_498, 0, [...capturedPayment, { type: 'CancellationRequested', ...ids, reason: 'x' }]],
  ['captured', 4_498, 0, [...capturedPayment, refundRequested(98)]],
  ['partially_refunded', 4_498, 98, [...capturedPayment, refundRequested(98), refunded(6, 98), refundRequested(4_400)]],
  [
    'refunded',
    4_498,
    4_498,
    [...capturedPayment, refundRequested(98), refundRequested(4_400), refunded(6, 98), refunded(7, 4_400, 4_498)],
  ],
  ['captured', 4_498, 0, [...capturedPayment, refundRequested(98), refundFailed(6, 98)]],
  ['unknown', 4_498, 0, [...capturedPayment, refundRequested(98), unknown(6)]],
];
