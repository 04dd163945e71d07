import { event, money, personal, text, uuid } from '#mechanisms/schemas/declare';
import type { EventOf } from '#mechanisms/schemas/declare';

export type { Money } from '#mechanisms/schemas/declare';

export type DeclineReason =
  'UNKNOWN_CUSTOMER' | 'CUSTOMER_SUSPENDED' | 'CURRENCY_MISMATCH' | 'TOO_MANY_OPEN_ORDERS' | 'INSUFFICIENT_CREDIT';

export const CustomerRegistered = event('factstream.customer.CustomerRegistered', 1, {
  customerId: uuid(),
  name: personal(text()),
  email: personal(text()),
  creditLimit: money,
});

export const CustomerContactChanged = event('factstream.customer.CustomerContactChanged', 1, {
  customerId: uuid(),
  name: personal(text()),
  email: personal(text()),
});

export const CreditLimitChanged = event('factstream.customer.CreditLimitChanged', 1, {
  customerId: uuid(),
  creditLimit: money,
});

export const CustomerSuspended = event('factstream.customer.CustomerSuspended', 1, {
  customerId: uuid(),
  reason: text(),
});

export const CustomerReactivated = event('factstream.customer.CustomerReactivated', 1, {
  customerId: uuid(),
});

export const CreditReserved = event('factstream.customer.CreditReserved', 1, {
  customerId: uuid(),
  orderId: uuid(),
  amount: money,
});

export const CreditDeclined = event('factstream.customer.CreditDeclined', 1, {
  customerId: uuid(),
  orderId: uuid(),
  amount: money,
  reason: text<DeclineReason>(),
});

export const CreditReleased = event('factstream.customer.CreditReleased', 1, {
  customerId: uuid(),
  orderId: uuid(),
  amount: money,
});

export const customerEvents = [
  CustomerRegistered,
  CustomerContactChanged,
  CreditLimitChanged,
  CustomerSuspended,
  CustomerReactivated,
  CreditReserved,
  CreditDeclined,
  CreditReleased,
] as const;

export type CustomerEvent = EventOf<(typeof customerEvents)[number]>;
export type CustomerEventOf<Type extends CustomerEvent['type']> = Extract<CustomerEvent, { type: Type }>;
