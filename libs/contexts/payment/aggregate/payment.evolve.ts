import type { FoldedMeta } from '#mechanisms/event-sourcing/index';
import type { PaymentEvent, PaymentEventOf } from '../events/payment.events.ts';
import type { PaymentRequest, RequestKind, RequestOutcome } from '../events/payment.latest.ts';
import { captured, isOpen, refunded } from './payment.money.ts';
import type { Payment, PaymentState } from './payment.state.ts';
import { statusOf } from './payment.status.ts';

/** Throws on a sequence that `decide` can never have produced: the log was written by something else. */
export function evolve(state: PaymentState, event: PaymentEvent, meta: FoldedMeta): PaymentState {
  if (event.type === 'PaymentInitiated') return state.status === 'uninitiated' ? initiated(event) : outOfOrder(event);
  if (state.status === 'uninitiated') return outOfOrder(event);
  const payment = apply(state, event, meta);
  return { ...payment, status: statusOf(payment) };
}

const initiated = ({
  paymentId,
  orderId,
  customerId,
  amount,
  paymentToken,
}: PaymentEventOf<'PaymentInitiated'>): Payment => ({
  status: 'initiated',
  paymentId,
  orderId,
  customerId,
  amount,
  paymentToken,
  requests: [],
  cancellation: null,
  failureReason: null,
});

function apply(
  payment: Payment,
  event: Exclude<PaymentEvent, { type: 'PaymentInitiated' }>,
  meta: FoldedMeta,
): Payment {
  switch (event.type) {
    case 'AuthorizationRequested':
      return requested(payment, 'authorize', payment.amount.amount, meta);
    case 'PaymentAuthorized':
      return answered(payment, event, 'done');
    case 'CaptureRequested':
      return requested(payment, 'capture', event.amount.amount, meta);
    case 'PaymentCaptured':
      return withoutOpenVoid(answered(payment, event, 'done'));
    case 'CancellationRequested':
      return { ...payment, cancellation: event.reason };
    case 'VoidRequested':
      return requested(payment, 'void', payment.amount.amount, meta);
    case 'PaymentVoided':
      return answered(payment, event, 'done');
    case 'RefundRequested':
      return requested(payment, 'refund', event.amount.amount, meta);
    case 'PaymentRefunded':
      return withoutSettledFailure(answered(payment, event, 'done'));
    case 'RefundFailed':
    case 'PaymentFailed':
      return { ...answered(payment, event, 'declined'), failureReason: event.reason };
    case 'PaymentOutcomeUnknown':
      return answered(payment, event, 'unknown');
    default:
      return event satisfies never;
  }
}

const requested = (payment: Payment, kind: RequestKind, amount: number, meta: FoldedMeta): Payment => ({
  ...payment,
  requests: [
    ...payment.requests,
    { requestId: meta.eventId, kind, amount, requestedAt: meta.occurredAt, outcome: 'open' },
  ],
});

function answered(payment: Payment, event: PaymentEvent & { request: string }, outcome: RequestOutcome): Payment {
  if (!payment.requests.some(({ requestId }) => requestId === event.request)) return outOfOrder(event);
  return changed(payment, ({ requestId }) => requestId === event.request, outcome);
}

const withoutOpenVoid = (payment: Payment): Payment =>
  changed(payment, (request) => request.kind === 'void' && isOpen(request), 'superseded');

const withoutSettledFailure = (payment: Payment): Payment =>
  refunded(payment) === captured(payment) ? { ...payment, failureReason: null } : payment;

const changed = (payment: Payment, which: (request: PaymentRequest) => boolean, outcome: RequestOutcome): Payment => ({
  ...payment,
  requests: payment.requests.map((request) => (which(request) ? { ...request, outcome } : request)),
});

function outOfOrder(event: PaymentEvent): never {
  throw new TypeError(`${event.type} cannot follow what the payment has gone through`);
}
