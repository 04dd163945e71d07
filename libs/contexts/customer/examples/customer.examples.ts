import type { CustomerEventOf } from '../events/customer.events.ts';

export const customerId = '0192f0c1-0000-7000-8000-0000000000c1';
export const orderId = '0192f0c1-0000-7000-8000-000000000001';
export const otherOrderId = '0192f0c1-0000-7000-8000-000000000002';

export const eur = (amount: number) => ({ amount, currency: 'EUR' });

export const customerRegistered: CustomerEventOf<'CustomerRegistered'> = {
  type: 'CustomerRegistered',
  customerId,
  name: 'Ada Example',
  email: 'ada@example.org',
  creditLimit: eur(10_000),
};

export const customerContactChanged: CustomerEventOf<'CustomerContactChanged'> = {
  type: 'CustomerContactChanged',
  customerId,
  name: 'Ada Sample',
  email: 'ada@sample.example',
};

export const creditLimitChanged: CustomerEventOf<'CreditLimitChanged'> = {
  type: 'CreditLimitChanged',
  customerId,
  creditLimit: eur(4_000),
};

export const customerSuspended: CustomerEventOf<'CustomerSuspended'> = {
  type: 'CustomerSuspended',
  customerId,
  reason: 'a bill is overdue',
};

export const customerReactivated: CustomerEventOf<'CustomerReactivated'> = { type: 'CustomerReactivated', customerId };

export const creditReserved: CustomerEventOf<'CreditReserved'> = {
  type: 'CreditReserved',
  customerId,
  orderId,
  amount: eur(4_498),
};

export const creditDeclined: CustomerEventOf<'CreditDeclined'> = {
  type: 'CreditDeclined',
  customerId,
  orderId,
  amount: eur(4_498),
  reason: 'INSUFFICIENT_CREDIT',
};

export const creditReleased: CustomerEventOf<'CreditReleased'> = {
  type: 'CreditReleased',
  customerId,
  orderId,
  amount: eur(4_498),
};
