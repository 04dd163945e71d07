import type { Decision } from '#mechanisms/event-sourcing/index';
import type { Money, PaymentEvent } from '../events/payment.events.ts';
import type { PaymentRequest } from '../events/payment.latest.ts';
import { answerMismatch, requestNotFound } from './payment.errors.ts';
import { captured, isOpen, refunded } from './payment.money.ts';
import type { Payment } from './payment.state.ts';

/** What the processor says, or does not say, to one request. */
export type AnswerCommand =
  | { readonly type: 'RecordSuccess'; readonly request: string; readonly amount: Money; readonly reference: string }
  | { readonly type: 'RecordDecline'; readonly request: string; readonly reason: string }
  | { readonly type: 'RecordUnknownOutcome'; readonly request: string };

type Success = Extract<AnswerCommand, { type: 'RecordSuccess' }>;
type Decline = Extract<AnswerCommand, { type: 'RecordDecline' }>;

export function decideAnswer(command: AnswerCommand, payment: Payment): Decision<PaymentEvent> {
  const request = payment.requests.find(({ requestId }) => requestId === command.request);
  if (!request) return requestNotFound();
  switch (command.type) {
    case 'RecordSuccess':
      return succeeded(command, request, payment);
    case 'RecordDecline':
      return isOpen(request) ? declined(command, request, payment) : [];
    case 'RecordUnknownOutcome':
      return outcomeUnknown(request, payment);
    default:
      return command satisfies never;
  }
}

/** Money that moved is a fact however late it is told; what is not wanted any more is given back at once. */
function succeeded(command: Success, request: PaymentRequest, payment: Payment): Decision<PaymentEvent> {
  if (request.outcome === 'done' || request.outcome === 'superseded') return [];
  const { amount, reference } = command;
  if (amount.amount !== request.amount || amount.currency !== payment.amount.currency) return answerMismatch();
  const { paymentId, orderId } = payment;
  const ids = { paymentId, orderId };
  const answer = { ...ids, request: request.requestId };
  const reason = whyUnwanted(payment);
  switch (request.kind) {
    case 'authorize':
      return [
        { type: 'PaymentAuthorized', ...answer, amount, reference },
        reason === null ? { type: 'CaptureRequested', ...ids, amount } : { type: 'VoidRequested', ...ids },
      ];
    case 'capture':
      return [
        { type: 'PaymentCaptured', ...answer, amount, reference },
        ...(reason === null ? [] : [{ type: 'RefundRequested' as const, ...ids, amount, reason }]),
      ];
    case 'void':
      return [{ type: 'PaymentVoided', ...answer }];
    case 'refund': {
      const sum = refunded(payment) + amount.amount;
      if (sum > captured(payment)) return answerMismatch();
      return [{ type: 'PaymentRefunded', ...answer, amount, refunded: { ...amount, amount: sum }, reference }];
    }
    default:
      return request.kind satisfies never;
  }
}

function declined({ reason }: Decline, request: PaymentRequest, payment: Payment): PaymentEvent[] {
  const { paymentId, orderId } = payment;
  const answer = { paymentId, orderId, request: request.requestId };
  switch (request.kind) {
    case 'authorize':
      return [{ type: 'PaymentFailed', ...answer, reason }];
    case 'capture':
      return [
        { type: 'PaymentFailed', ...answer, reason },
        { type: 'VoidRequested', paymentId, orderId },
      ];
    case 'void':
      return outcomeUnknown(request, payment);
    case 'refund':
      return [{ type: 'RefundFailed', ...answer, amount: { ...payment.amount, amount: request.amount }, reason }];
    default:
      return request.kind satisfies never;
  }
}

function outcomeUnknown({ requestId, outcome }: PaymentRequest, { paymentId, orderId }: Payment): PaymentEvent[] {
  return outcome === 'open' ? [{ type: 'PaymentOutcomeUnknown', paymentId, orderId, request: requestId }] : [];
}

const whyUnwanted = ({ cancellation, failureReason }: Payment): string | null => cancellation ?? failureReason;
