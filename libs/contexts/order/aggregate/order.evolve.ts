import type { OrderEvent } from '../events/order.events.ts';
import type { OrderState } from './order.state.ts';

type Placed = Exclude<OrderState, { status: 'unplaced' }>;

/** Throws on a sequence that `decide` can never have produced: the log was written by something else. */
export function evolve(state: OrderState, event: OrderEvent): OrderState {
  switch (event.type) {
    case 'OrderPlaced': {
      const { orderId, customerId, lines, total, paymentToken, validateBy } = event;
      return { status: 'placed', orderId, customerId, lines, total, paymentToken, validateBy };
    }
    case 'OrderValidated':
      return { status: 'validated', ...placementOf(state, event), payBy: event.payBy };
    case 'OrderRejected':
      return { status: 'rejected', ...placementOf(state, event), reason: event.reason };
    case 'OrderPaid':
      return { status: 'paid', ...placementOf(state, event), paymentId: event.paymentId };
    case 'OrderShipped': {
      const { carrier, trackingNumber } = event;
      return {
        status: 'shipped',
        ...placementOf(state, event),
        paymentId: paymentIdOf(state, event),
        carrier,
        trackingNumber,
      };
    }
    case 'OrderDelivered':
      return state.status === 'shipped' ? { ...state, status: 'delivered' } : outOfOrder(state, event);
    case 'OrderCancelled': {
      const { reason, reasonText } = event;
      return { status: 'cancelled', ...placementOf(state, event), reason, reasonText };
    }
    default:
      return event satisfies never;
  }
}

function placementOf(state: OrderState, event: OrderEvent) {
  if (state.status === 'unplaced') return outOfOrder(state, event);
  const { orderId, customerId, lines, total, paymentToken }: Placed = state;
  return { orderId, customerId, lines, total, paymentToken };
}

const paymentIdOf = (state: OrderState, event: OrderEvent): string =>
  'paymentId' in state ? state.paymentId : outOfOrder(state, event);

function outOfOrder(state: OrderState, event: OrderEvent): never {
  throw new TypeError(`${event.type} cannot follow the status ${state.status}`);
}
