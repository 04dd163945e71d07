import { describe, expect, test } from '@jest/globals';
import * as example from '#contexts/customer/examples/customer.examples';
import type { CustomerEvent } from '#contexts/customer/index';
import { folded } from '../testing/folded.ts';
import { customerRow } from './customer-row.ts';
import { customerRules } from './fold-customer.ts';

const { customerRegistered, creditDeclined, creditReserved, creditReleased, otherOrderId } = example;
const fold = (...events: CustomerEvent[]) => folded(customerRules, 'customer', ...events)!;

const { type: _, ...account } = customerRegistered;
const { orderId, amount } = creditReserved;

describe('the fold of a customer', () => {
  test('begins with a registration', () => {
    expect(fold(customerRegistered)).toEqual({
      version: 1,
      bornAt: 0,
      updatedAt: 0,
      state: { ...account, status: 'active', suspensionReason: null, reservations: [] },
    });
  });

  test('keeps nothing but the id of one that only met declines, and lets it register', () => {
    const declined = fold(creditDeclined);
    expect(declined.state).toMatchObject({ customerId: account.customerId, status: 'unregistered', name: null });
    expect(customerRow(declined)).toMatchObject({
      reserved: '0',
      currency: null,
      credit_limit: null,
      registered_at: null,
    });
    expect(fold(creditDeclined, customerRegistered)).toMatchObject({ bornAt: 1_000, state: { status: 'active' } });
  });

  test('takes its newest contact and limit', () => {
    const { name, email } = example.customerContactChanged;
    const { creditLimit } = example.creditLimitChanged;
    const changed = fold(customerRegistered, example.customerContactChanged, example.creditLimitChanged);
    expect(changed.state).toMatchObject({ name, email, creditLimit });
  });

  test('is suspended for a reason, until it is not', () => {
    const suspended = fold(customerRegistered, example.customerSuspended);
    expect(suspended.state).toMatchObject({ status: 'suspended', suspensionReason: 'a bill is overdue' });
    const reactivated = fold(customerRegistered, example.customerSuspended, example.customerReactivated);
    expect(reactivated.state).toMatchObject({ status: 'active', suspensionReason: null });
  });

  test('holds what is reserved until it is released', () => {
    const both = [customerRegistered, creditReserved, { ...creditReserved, orderId: otherOrderId }];
    const other = { orderId: otherOrderId, amount };
    expect(fold(...both).state['reservations']).toEqual([{ orderId, amount }, other]);
    expect(customerRow(fold(...both))).toMatchObject({ version: '3', reserved: '8996', credit_limit: '10000' });
    expect(fold(...both, creditReleased).state['reservations']).toEqual([other]);
  });
});
