import type { Money } from '../events/customer.events.ts';

export type CustomerCommand =
  | {
      readonly type: 'RegisterCustomer';
      readonly customerId: string;
      readonly name: string;
      readonly email: string;
      readonly creditLimit: Money;
    }
  | { readonly type: 'ChangeContact'; readonly name?: string; readonly email?: string }
  | { readonly type: 'ChangeCreditLimit'; readonly creditLimit: Money }
  | { readonly type: 'SuspendCustomer'; readonly reason: string }
  | { readonly type: 'ReactivateCustomer' }
  | {
      readonly type: 'ReserveCredit';
      readonly customerId: string;
      readonly orderId: string;
      readonly amount: Money;
    }
  | { readonly type: 'ReleaseCredit'; readonly orderId: string };

export type CommandOf<Type extends CustomerCommand['type']> = Extract<CustomerCommand, { type: Type }>;
