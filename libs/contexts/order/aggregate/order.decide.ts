import type { Decision } from '#mechanisms/event-sourcing/index';
import type { OrderEvent, OrderLine } from '../events/order.events.ts';
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
  | { readonly type: 'CancelOrder'; readonly reasonText: string };

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
    default:
      return command satisfies never;
  }
}

function place({ type: _, ...placement }: CommandOf<'PlaceOrder'>, state: OrderState): Decision<OrderEvent> {
  if (state.status !== 'unplaced') return orderAlreadyPlaced();
  const { lines } = placement;
  if (lines.length === 0 || lines.length > MOST_LINES) return orderEmpty();
  const currencies = new Set(lines.map(({ unitPrice }) => unitPrice.currency));
  if (currencies.size > 1) return currencyMismatch();
  const total = totalOf(lines);
  if (!total) return orderTotalOutOfRange();
  return [{ type: 'OrderPlaced', ...placement, total }];
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
    case 'paid': {
      const { orderId, customerId } = state;
      return [{ type: 'OrderCancelled', orderId, customerId, reason: 'CANCELLED_ON_REQUEST', reasonText }];
    }
    case 'shipped':
      return orderAlreadyShipped();
    case 'delivered':
      return orderAlreadyDelivered();
    default:
      return neverAgain(state);
  }
}

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
