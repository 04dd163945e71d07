import type { CustomerEvent } from '../events/customer.events.ts';
import type { CustomerState, RegisteredCustomer } from './customer.state.ts';

/** Throws on a sequence that `decide` can never have produced: the log was written by something else. */
export function evolve(state: CustomerState, event: CustomerEvent): CustomerState {
  switch (event.type) {
    case 'CustomerRegistered': {
      const { customerId, name, email, creditLimit } = event;
      return { status: 'active', customerId, name, email, creditLimit, reservations: [] };
    }
    case 'CustomerContactChanged':
      return { ...registered(state, event), name: event.name, email: event.email };
    case 'CreditLimitChanged':
      return { ...registered(state, event), creditLimit: event.creditLimit };
    case 'CustomerSuspended':
      return { ...registered(state, event), status: 'suspended', suspensionReason: event.reason };
    case 'CustomerReactivated': {
      const { customerId, name, email, creditLimit, reservations } = registered(state, event);
      return { status: 'active', customerId, name, email, creditLimit, reservations };
    }
    case 'CreditReserved': {
      const customer = registered(state, event);
      const { orderId, amount } = event;
      return { ...customer, reservations: [...customer.reservations, { orderId, amount }] };
    }
    case 'CreditDeclined':
      return state.status === 'unknown' ? { status: 'unregistered', customerId: event.customerId } : state;
    case 'CreditReleased': {
      const customer = registered(state, event);
      return { ...customer, reservations: customer.reservations.filter(({ orderId }) => orderId !== event.orderId) };
    }
    default:
      return event satisfies never;
  }
}

function registered(state: CustomerState, event: CustomerEvent): RegisteredCustomer {
  if (state.status === 'unknown' || state.status === 'unregistered') {
    throw new TypeError(`${event.type} cannot follow the status ${state.status}`);
  }
  return state;
}
