import type { Decision } from '#mechanisms/event-sourcing/index';
import type { CancellationReason, Money, OrderEvent, OrderLine, RejectionReason } from '../events/order.events.ts';
import {
  currencyMismatch,
  orderAlreadyDelivered,
  orderAlreadyPlaced,
  orderAlreadyShipped,
  orderEmpty,
  orderIsCancelled,
  orderIsRejected,
  orderNotFound,
  orderNotPaid,
  orderNotShipped,
  orderTotalOutOfRange,
  paymentAmountMismatch,
} from './order.errors.ts';
import type { OrderState } from './order.state.ts';
import { totalOf } from './order.total.ts';

export type OrderCommand =
  | {
      readonly type: 'PlaceOrder';
      readonly orderId: string;
      readonly customerId: string;
      readonly lines: readonly OrderLine[];
      readonly paymentToken: string;
      readonly validateBy: number;
    }
  | { readonly type: 'ShipOrder'; readonly carrier: string; readonly trackingNumber: string }
  | { readonly type: 'DeliverOrder' }
  | { readonly type: 'CancelOrder'; readonly reasonText: string }
  | {
      readonly type: 'RecordCreditCheck';
      /** Why the credit was declined; null when it was reserved. */
      readonly declined: RejectionReason | null;
      readonly payBy: number;
    }
  | { readonly type: 'RecordPayment'; readonly paymentId: string; readonly amount: Money }
  | { readonly type: 'RecordPaymentFailure' }
  | { readonly type: 'TimeOutValidation' }
  | { readonly type: 'TimeOutPayment' };

type CommandOf<Type extends OrderCommand['type']> = Extract<OrderCommand, { type: Type }>;

const MOST_LINES = 200;

export function decide(command: OrderCommand, state: OrderState): Decision<OrderEvent> {
  switch (command.type) {
    case 'PlaceOrder':
      return place(command, state);
    case 'ShipOrder':
      return ship(command, state);
    case 'DeliverOrder':
      return deliver(state);
    case 'CancelOrder':
      return cancel(command, state);
    case 'RecordCreditCheck':
      return recordCreditCheck(command, state);
    case 'RecordPayment':
      return recordPayment(command, state);
    case 'RecordPaymentFailure':
      return state.status === 'validated' ? cancelled(state, 'PAYMENT_FAILED') : [];
    case 'TimeOutValidation':
      return state.status === 'placed' ? rejected(state, 'VALIDATION_TIMED_OUT') : [];
    case 'TimeOutPayment':
      return state.status === 'validated' ? cancelled(state, 'PAYMENT_TIMED_OUT') : [];
    default:
      return command satisfies never;
  }
}

function place(command: CommandOf<'PlaceOrder'>, state: OrderState): Decision<OrderEvent> {
  if (state.status !== 'unplaced') return orderAlreadyPlaced();
  const { orderId, customerId, lines, paymentToken, validateBy } = command;
  if (lines.length === 0 || lines.length > MOST_LINES) return orderEmpty();
  const currencies = new Set(lines.map(({ unitPrice }) => unitPrice.currency));
  if (currencies.size > 1) return currencyMismatch();
  const total = totalOf(lines);
  if (!total) return orderTotalOutOfRange();
  return [{ type: 'OrderPlaced', orderId, customerId, lines, total, paymentToken, validateBy }];
}

function ship({ carrier, trackingNumber }: CommandOf<'ShipOrder'>, state: OrderState): Decision<OrderEvent> {
  switch (state.status) {
    case 'paid':
      return [{ type: 'OrderShipped', orderId: state.orderId, carrier, trackingNumber }];
    case 'placed':
    case 'validated':
      return orderNotPaid();
    case 'shipped':
      return orderAlreadyShipped();
    case 'delivered':
      return orderAlreadyDelivered();
    default:
      return neverAgain(state);
  }
}

function deliver(state: OrderState): Decision<OrderEvent> {
  switch (state.status) {
    case 'shipped':
      return [{ type: 'OrderDelivered', orderId: state.orderId }];
    case 'placed':
    case 'validated':
    case 'paid':
      return orderNotShipped();
    case 'delivered':
      return orderAlreadyDelivered();
    default:
      return neverAgain(state);
  }
}

function cancel({ reasonText }: CommandOf<'CancelOrder'>, state: OrderState): Decision<OrderEvent> {
  switch (state.status) {
    case 'placed':
    case 'validated':
    case 'paid':
      return cancelled(state, 'CANCELLED_ON_REQUEST', reasonText);
    case 'shipped':
      return orderAlreadyShipped();
    case 'delivered':
      return orderAlreadyDelivered();
    default:
      return neverAgain(state);
  }
}

/** An answer that comes after the order has ended leaves no event: whoever gave it reacts to the end itself. */
function recordCreditCheck(
  { declined, payBy }: CommandOf<'RecordCreditCheck'>,
  state: OrderState,
): Decision<OrderEvent> {
  if (state.status !== 'placed') return [];
  if (declined) return rejected(state, declined);
  const { orderId, customerId, total, paymentToken } = state;
  return [{ type: 'OrderValidated', orderId, customerId, total, paymentToken, payBy }];
}

function recordPayment({ paymentId, amount }: CommandOf<'RecordPayment'>, state: OrderState): Decision<OrderEvent> {
  if (state.status !== 'validated') return [];
  const { orderId, customerId, total } = state;
  if (amount.amount !== total.amount || amount.currency !== total.currency) return paymentAmountMismatch();
  return [{ type: 'OrderPaid', orderId, customerId, paymentId, amount }];
}

type Existing = Exclude<OrderState, { status: 'unplaced' }>;

const rejected = ({ orderId, customerId }: Existing, reason: RejectionReason): OrderEvent[] => [
  { type: 'OrderRejected', orderId, customerId, reason },
];

const cancelled = (
  { orderId, customerId }: Existing,
  reason: CancellationReason,
  reasonText: string | null = null,
): OrderEvent[] => [{ type: 'OrderCancelled', orderId, customerId, reason, reasonText }];

/** What every command but PlaceOrder meets in an order that does not exist or has ended. */
function neverAgain(state: Extract<OrderState, { status: 'unplaced' | 'rejected' | 'cancelled' }>) {
  switch (state.status) {
    case 'unplaced':
      return orderNotFound();
    case 'rejected':
      return orderIsRejected();
    case 'cancelled':
      return orderIsCancelled();
    default:
      return state satisfies never;
  }
}
