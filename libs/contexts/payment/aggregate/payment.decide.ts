import type { Decision } from '#mechanisms/event-sourcing/index';
import type { Money, PaymentEvent } from '../events/payment.events.ts';
import { decideAnswer } from './payment.answers.ts';
import type { AnswerCommand } from './payment.answers.ts';
import {
  currencyMismatch,
  paymentNotCaptured,
  paymentNotFound,
  refundExceedsCaptured,
  refundNotPositive,
  tooManyRefunds,
} from './payment.errors.ts';
import { captured, isOpen, refundable } from './payment.money.ts';
import { refundRest } from './payment.refund-rest.ts';
import type { Payment, PaymentState } from './payment.state.ts';

export type PaymentCommand =
  | {
      readonly type: 'InitiatePayment';
      readonly paymentId: string;
      readonly orderId: string;
      readonly customerId: string;
      readonly amount: Money;
      readonly paymentToken: string;
    }
  | { readonly type: 'CancelPayment'; readonly reason: string }
  | { readonly type: 'RefundPayment'; readonly amount: Money; readonly reason: string }
  | { readonly type: 'ReconcilePayment' }
  | AnswerCommand;

type CommandOf<Type extends PaymentCommand['type']> = Extract<PaymentCommand, { type: Type }>;

const MOST_REFUNDS = 1_000;

export function decide(command: PaymentCommand, state: PaymentState): Decision<PaymentEvent> {
  switch (command.type) {
    case 'InitiatePayment':
      return initiate(command, state);
    case 'CancelPayment':
      return state.status === 'uninitiated' ? [] : cancel(command, state);
    case 'RefundPayment':
      return state.status === 'uninitiated' ? paymentNotFound() : refund(command, state);
    case 'ReconcilePayment':
      return state.status === 'uninitiated' ? paymentNotFound() : [];
    case 'RecordSuccess':
    case 'RecordDecline':
    case 'RecordUnknownOutcome':
      return state.status === 'uninitiated' ? paymentNotFound() : decideAnswer(command, state);
    default:
      return command satisfies never;
  }
}

function initiate(command: CommandOf<'InitiatePayment'>, state: PaymentState): PaymentEvent[] {
  if (state.status !== 'uninitiated') return [];
  const { paymentId, orderId, customerId, amount, paymentToken } = command;
  return [
    { type: 'PaymentInitiated', paymentId, orderId, customerId, amount, paymentToken },
    { type: 'AuthorizationRequested', paymentId, orderId },
  ];
}

function cancel({ reason }: CommandOf<'CancelPayment'>, payment: Payment): PaymentEvent[] {
  if (payment.cancellation !== null) return [];
  const { paymentId, orderId } = payment;
  const noted: PaymentEvent[] = payment.requests.some(isOpen)
    ? [{ type: 'CancellationRequested', paymentId, orderId, reason }]
    : [];
  return [...noted, ...refundRest(payment, reason)];
}

function refund({ amount, reason }: CommandOf<'RefundPayment'>, payment: Payment): Decision<PaymentEvent> {
  if (captured(payment) === 0) return paymentNotCaptured();
  if (amount.currency !== payment.amount.currency) return currencyMismatch();
  if (!Number.isSafeInteger(amount.amount) || amount.amount < 1) return refundNotPositive();
  if (amount.amount > refundable(payment)) return refundExceedsCaptured();
  if (payment.requests.filter(({ kind }) => kind === 'refund').length >= MOST_REFUNDS) return tooManyRefunds();
  const { paymentId, orderId } = payment;
  return [{ type: 'RefundRequested', paymentId, orderId, amount, reason }];
}
