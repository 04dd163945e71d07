import type { PastEvent } from '#mechanisms/history/index';
import type { CancellationReason, OrderEvent, OrderEventOf, RejectionReason } from '../events/order.events.ts';
import { nextChange } from '../projections/merge-order-events.ts';
import type { OrderChange } from '../projections/merge-order-events.ts';
import type { OrderStatus } from '../projections/order-list.table.ts';

/** Why an order is as it is. Times are RFC 3339 in UTC with milliseconds. */
export interface OrderExplanation {
  readonly status: OrderStatus;
  /** One sentence per event, oldest first. */
  readonly because: readonly Because[];
  /** Missing when nothing follows any more. */
  readonly waitingFor?: Awaited;
}

interface Because {
  readonly version: number;
  readonly type: string;
  readonly at: string;
  readonly text: string;
}

interface Awaited {
  readonly what: 'validation' | 'payment' | 'shipment' | 'delivery';
  /** When the order ends its waiting; missing when it waits for a person. */
  readonly until?: string;
}

/** Explains an order by all its events, oldest first; `undefined` when there are none. */
export function explain(events: readonly PastEvent<OrderEvent>[]): OrderExplanation | undefined {
  const state = events.reduce<OrderChange | undefined>(nextChange, undefined);
  if (!state) return undefined;
  const waitingFor = awaitedAfter(events.at(-1)!.event);
  return {
    status: state.status,
    because: events.map(({ meta, event }) => ({
      version: meta.entityVersion,
      type: event.type,
      at: toTime(meta.occurredAt),
      text: sentenceFor(event),
    })),
    ...(waitingFor && { waitingFor }),
  };
}

function awaitedAfter(event: OrderEvent): Awaited | undefined {
  switch (event.type) {
    case 'OrderPlaced':
      return { what: 'validation', until: toTime(event.validateBy) };
    case 'OrderValidated':
      return { what: 'payment', until: toTime(event.payBy) };
    case 'OrderPaid':
      return { what: 'shipment' };
    case 'OrderShipped':
      return { what: 'delivery' };
    case 'OrderRejected':
    case 'OrderDelivered':
    case 'OrderCancelled':
      return undefined;
    default:
      return event satisfies never;
  }
}

function sentenceFor(event: OrderEvent): string {
  switch (event.type) {
    case 'OrderPlaced':
      return 'The order was placed.';
    case 'OrderValidated':
      return "The order was validated because the customer's credit was sufficient and is reserved for it.";
    case 'OrderRejected':
      return `The order was rejected because ${REJECTED_BECAUSE[event.reason]}.`;
    case 'OrderPaid':
      return 'The order was paid because its payment was captured.';
    case 'OrderShipped':
      return `The order was shipped with ${event.carrier} under the tracking number ${event.trackingNumber}.`;
    case 'OrderDelivered':
      return 'The order was delivered.';
    case 'OrderCancelled':
      return `The order was cancelled ${CANCELLED[event.reason](event)}.`;
    default:
      return event satisfies never;
  }
}

const REJECTED_BECAUSE: Readonly<Record<RejectionReason, string>> = {
  UNKNOWN_CUSTOMER: 'no such customer was registered',
  CUSTOMER_SUSPENDED: 'the customer was suspended',
  INSUFFICIENT_CREDIT: "the customer's credit was not sufficient",
  CURRENCY_MISMATCH: "its currency was not that of the customer's credit",
  TOO_MANY_OPEN_ORDERS: 'the customer had too many open orders',
  VALIDATION_TIMED_OUT: "the customer's credit was not checked in time",
};

type Cancelled = OrderEventOf<'OrderCancelled'>;

const CANCELLED: Readonly<Record<CancellationReason, (event: Cancelled) => string>> = {
  CANCELLED_ON_REQUEST: ({ reasonText }) => (reasonText === null ? 'on request' : `on request: “${reasonText}”`),
  PAYMENT_FAILED: () => 'because its payment failed',
  PAYMENT_TIMED_OUT: () => 'because it was not paid in time',
};

const toTime = (milliseconds: number): string => new Date(milliseconds).toISOString();
