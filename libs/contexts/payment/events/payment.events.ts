import { event, money, text, uuid } from '#mechanisms/schemas/declare';
import type { EventOf } from '#mechanisms/schemas/declare';

export type { Money } from '#mechanisms/schemas/declare';

const payment = { paymentId: uuid(), orderId: uuid() };

/** The id of the `…Requested` event that the processor has answered. */
const answer = { ...payment, request: uuid() };

export const PaymentInitiated = event('factstream.payment.PaymentInitiated', 1, {
  ...payment,
  customerId: uuid(),
  amount: money,
  paymentToken: text(),
});

export const AuthorizationRequested = event('factstream.payment.AuthorizationRequested', 1, payment);

export const PaymentAuthorized = event('factstream.payment.PaymentAuthorized', 1, {
  ...answer,
  amount: money,
  reference: text(),
});

export const CaptureRequested = event('factstream.payment.CaptureRequested', 1, { ...payment, amount: money });

export const PaymentCaptured = event('factstream.payment.PaymentCaptured', 1, {
  ...answer,
  amount: money,
  reference: text(),
});

export const CancellationRequested = event('factstream.payment.CancellationRequested', 1, {
  ...payment,
  reason: text(),
});

export const VoidRequested = event('factstream.payment.VoidRequested', 1, payment);

export const PaymentVoided = event('factstream.payment.PaymentVoided', 1, answer);

export const RefundRequested = event('factstream.payment.RefundRequested', 1, {
  ...payment,
  amount: money,
  reason: text(),
});

export const PaymentRefunded = event('factstream.payment.PaymentRefunded', 1, {
  ...answer,
  amount: money,
  /** The sum of all refunds so far, this one included. */
  refunded: money,
  reference: text(),
});

export const RefundFailed = event('factstream.payment.RefundFailed', 1, { ...answer, amount: money, reason: text() });

export const PaymentFailed = event('factstream.payment.PaymentFailed', 1, { ...answer, reason: text() });

export const PaymentOutcomeUnknown = event('factstream.payment.PaymentOutcomeUnknown', 1, answer);

export const paymentEvents = [
  PaymentInitiated,
  AuthorizationRequested,
  PaymentAuthorized,
  CaptureRequested,
  PaymentCaptured,
  CancellationRequested,
  VoidRequested,
  PaymentVoided,
  RefundRequested,
  PaymentRefunded,
  RefundFailed,
  PaymentFailed,
  PaymentOutcomeUnknown,
] as const;

export type PaymentEvent = EventOf<(typeof paymentEvents)[number]>;
export type PaymentEventOf<Type extends PaymentEvent['type']> = Extract<PaymentEvent, { type: Type }>;
