import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import type { PastEvent } from '#mechanisms/history/index';
import { VersionConflict } from '#mechanisms/projections/index';
import type { OrderEvent, OrderEventOf } from '../events/order.events.ts';
import type { OrderStatus } from './order-list.table.ts';

interface Effect {
  readonly status: OrderStatus;
  readonly placed?: OrderEventOf<'OrderPlaced'>;
  readonly reason?: string;
  readonly reasonText?: string | null;
  readonly carrier?: string;
  readonly trackingNumber?: string;
}

/** What some consecutive events do to an order's row; a field that none of them sets is missing. */
export interface OrderChange extends Effect {
  readonly orderId: string;
  /** Of the first of the events, and of the last. */
  readonly firstVersion: number;
  readonly version: number;
  /** Of the first of the events, and of the last, in epoch milliseconds. */
  readonly firstAt: number;
  readonly updatedAt: number;
}

export type Placement = OrderChange & Required<Pick<OrderChange, 'placed'>>;
export const isPlacement = (change: OrderChange): change is Placement => change.placed !== undefined;

/**
 * One change per order, in the order of their first events.
 * @throws VersionConflict when the versions of an order's events are not consecutive
 */
export function mergeOrderEvents(events: readonly RecordedEvent<OrderEvent>[]): OrderChange[] {
  const changes = new Map<string, OrderChange>();
  for (const recorded of events) {
    changes.set(recorded.entityId, nextChange(changes.get(recorded.entityId), recorded));
  }
  return [...changes.values()];
}

/** The change that one more event makes of a change; @throws VersionConflict when the event does not continue it */
export function nextChange(
  before: OrderChange | undefined,
  { entityId: orderId, meta, event }: PastEvent<OrderEvent>,
): OrderChange {
  const { entityVersion: version, occurredAt: at } = meta;
  if (before && version !== before.version + 1) throw new VersionConflict(orderId, before.version, version);
  if ((event.type === 'OrderPlaced') !== (version === 1)) {
    throw new Error(
      `order ${orderId} has ${event.type} as its version ${version}; OrderPlaced is the first and no other`,
    );
  }
  const since = before ?? { firstVersion: version, firstAt: at };
  return { ...since, ...effectOf(event), orderId, version, updatedAt: at };
}

function effectOf(event: OrderEvent): Effect {
  switch (event.type) {
    case 'OrderPlaced':
      return { status: 'placed', placed: event };
    case 'OrderValidated':
      return { status: 'validated' };
    case 'OrderRejected':
      return { status: 'rejected', reason: event.reason };
    case 'OrderPaid':
      return { status: 'paid' };
    case 'OrderShipped':
      return { status: 'shipped', carrier: event.carrier, trackingNumber: event.trackingNumber };
    case 'OrderDelivered':
      return { status: 'delivered' };
    case 'OrderCancelled':
      return { status: 'cancelled', reason: event.reason, reasonText: event.reasonText };
    default:
      return event satisfies never;
  }
}
