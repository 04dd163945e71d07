import type { Fields, FoldRules } from '../fold-entity.ts';
import type { Money } from '../money.ts';

/** What an order holds of a customer's credit. */
export interface Reservation {
  readonly orderId: string;
  readonly amount: Money;
}

export const reservationsOf = (customer: Fields): readonly Reservation[] =>
  customer['reservations'] as readonly Reservation[];

export const customerRules: FoldRules = {
  blank: {
    customerId: null,
    status: 'unregistered',
    name: null,
    email: null,
    creditLimit: null,
    suspensionReason: null,
    reservations: [],
  },
  firsts: ['factstream.customer.CustomerRegistered', 'factstream.customer.CreditDeclined'],
  birth: 'factstream.customer.CustomerRegistered',
  changes: {
    'factstream.customer.CustomerRegistered': (event) => ({
      customerId: event['customerId'],
      status: 'active',
      name: event['name'],
      email: event['email'],
      creditLimit: event['creditLimit'],
    }),
    'factstream.customer.CustomerContactChanged': (event) => ({ name: event['name'], email: event['email'] }),
    'factstream.customer.CreditLimitChanged': (event) => ({ creditLimit: event['creditLimit'] }),
    'factstream.customer.CustomerSuspended': (event) => ({ status: 'suspended', suspensionReason: event['reason'] }),
    'factstream.customer.CustomerReactivated': () => ({ status: 'active', suspensionReason: null }),
    'factstream.customer.CreditReserved': ({ orderId, amount }, before) => ({
      reservations: [...reservationsOf(before), { orderId, amount }],
    }),
    'factstream.customer.CreditDeclined': ({ customerId }) => ({ customerId }),
    'factstream.customer.CreditReleased': ({ orderId }, before) => ({
      reservations: reservationsOf(before).filter((reservation) => reservation.orderId !== orderId),
    }),
  },
};
