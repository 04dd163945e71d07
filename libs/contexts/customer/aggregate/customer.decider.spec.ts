import { describe, it } from '@jest/globals';
import { given } from '#mechanisms/testing/given-when-then';
import type { CustomerEvent } from '../events/customer.events.ts';
import * as example from '../examples/customer.examples.ts';
import type { CustomerCommand } from './customer.commands.ts';
import { MOST_OPEN_ORDERS } from './customer.credit.ts';
import { customerDecider } from './customer.decider.ts';

const {
  customerRegistered,
  customerContactChanged,
  creditLimitChanged,
  customerSuspended,
  customerReactivated,
  creditReserved,
  creditDeclined,
  creditReleased,
  customerId,
  orderId,
  otherOrderId,
  eur,
} = example;

const register: CustomerCommand = { ...customerRegistered, type: 'RegisterCustomer' };
const changeContact: CustomerCommand = {
  type: 'ChangeContact',
  name: customerContactChanged.name,
  email: customerContactChanged.email,
};
const changeCreditLimit: CustomerCommand = { type: 'ChangeCreditLimit', creditLimit: creditLimitChanged.creditLimit };
const suspend: CustomerCommand = { type: 'SuspendCustomer', reason: customerSuspended.reason };
const reactivate: CustomerCommand = { type: 'ReactivateCustomer' };
const reserve: CustomerCommand = { type: 'ReserveCredit', customerId, orderId, amount: creditReserved.amount };
const release: CustomerCommand = { type: 'ReleaseCredit', orderId };

const declinedAsUnknown = { ...creditDeclined, reason: 'UNKNOWN_CUSTOMER' } as const;

const customer = (...events: CustomerEvent[]) => given(customerDecider, events);
const suspendedCustomer = () => customer(customerRegistered, customerSuspended);

describe('RegisterCustomer', () => {
  it('registers the customer', () => customer().when(register).then(customerRegistered));
  it('registers one whose orders were declined before', () =>
    customer(declinedAsUnknown).when(register).then(customerRegistered));
  it('is refused when repeated', () => {
    customer(customerRegistered).when(register).thenRefused('CUSTOMER_ALREADY_REGISTERED');
    suspendedCustomer().when(register).thenRefused('CUSTOMER_ALREADY_REGISTERED');
  });
});

describe.each([[[]], [[declinedAsUnknown]]])('a customer that was never registered', (history) => {
  it.each([changeContact, changeCreditLimit, suspend, reactivate])('refuses $type', (command) =>
    customer(...history)
      .when(command)
      .thenRefused('CUSTOMER_NOT_FOUND'),
  );
  it('declines credit', () =>
    customer(...history)
      .when(reserve)
      .then(declinedAsUnknown));
  it('has nothing to release', () =>
    customer(...history)
      .when(release)
      .thenNothing());
});

describe('ChangeContact', () => {
  it('changes name and e-mail address', () =>
    customer(customerRegistered).when(changeContact).then(customerContactChanged));
  it.each(['name', 'email'] as const)('changes the %s alone', (field) => {
    const { name, email } = customerRegistered;
    customer(customerRegistered)
      .when({ type: 'ChangeContact', [field]: 'new' })
      .then({ type: 'CustomerContactChanged', customerId, name, email, [field]: 'new' });
  });
  it('works while suspended', () => suspendedCustomer().when(changeContact).then(customerContactChanged));
  it('changes nothing when repeated', () =>
    customer(customerRegistered, customerContactChanged).when(changeContact).thenNothing());
});

describe('ChangeCreditLimit', () => {
  it('changes the limit', () => customer(customerRegistered).when(changeCreditLimit).then(creditLimitChanged));
  it('may lower it below what is reserved', () =>
    customer(customerRegistered, creditReserved).when(changeCreditLimit).then(creditLimitChanged));
  it('works while suspended', () => suspendedCustomer().when(changeCreditLimit).then(creditLimitChanged));
  it('is refused in another currency', () =>
    customer(customerRegistered)
      .when({ type: 'ChangeCreditLimit', creditLimit: { amount: 10_000, currency: 'USD' } })
      .thenRefused('CURRENCY_MISMATCH'));
  it('changes nothing when repeated', () =>
    customer(customerRegistered, creditLimitChanged).when(changeCreditLimit).thenNothing());
});

describe('SuspendCustomer', () => {
  it('suspends an active customer', () => customer(customerRegistered).when(suspend).then(customerSuspended));
  it('suspends again after a reactivation', () =>
    customer(customerRegistered, customerSuspended, customerReactivated).when(suspend).then(customerSuspended));
  it('is refused when repeated', () => suspendedCustomer().when(suspend).thenRefused('CUSTOMER_ALREADY_SUSPENDED'));
});

describe('ReactivateCustomer', () => {
  it('reactivates a suspended customer', () => suspendedCustomer().when(reactivate).then(customerReactivated));
  it('is refused for an active customer', () => {
    customer(customerRegistered).when(reactivate).thenRefused('CUSTOMER_NOT_SUSPENDED');
    customer(customerRegistered, customerSuspended, customerReactivated)
      .when(reactivate)
      .thenRefused('CUSTOMER_NOT_SUSPENDED');
  });
});

describe('ReserveCredit', () => {
  const declined = (reason: (typeof creditDeclined)['reason'], amount = creditDeclined.amount) => ({
    ...creditDeclined,
    amount,
    reason,
  });
  const reserved = (id: string, amount: number) => ({ ...creditReserved, orderId: id, amount: eur(amount) });
  const dollars = { amount: 1, currency: 'USD' };

  it('reserves within the limit', () => customer(customerRegistered).when(reserve).then(creditReserved));
  it('reserves up to the limit exactly', () =>
    customer(customerRegistered, reserved(otherOrderId, 5_502)).when(reserve).then(creditReserved));
  it('declines one cent more', () =>
    customer(customerRegistered, reserved(otherOrderId, 5_503)).when(reserve).then(declined('INSUFFICIENT_CREDIT')));
  it('reserves again what was released', () =>
    customer(customerRegistered, reserved(otherOrderId, 10_000), {
      ...creditReleased,
      orderId: otherOrderId,
      amount: eur(10_000),
    })
      .when(reserve)
      .then(creditReserved));
  it('declines everything while the limit is below what is reserved', () =>
    customer(customerRegistered, creditReserved, creditLimitChanged)
      .when({ ...reserve, orderId: otherOrderId, amount: eur(1) })
      .then({ ...declined('INSUFFICIENT_CREDIT', eur(1)), orderId: otherOrderId }));
  it('compares sums beyond 2^53 exactly', () => {
    const highest = Number.MAX_SAFE_INTEGER;
    const rich = { ...customerRegistered, creditLimit: eur(highest) };
    customer(rich, reserved(otherOrderId, highest - 1))
      .when({ ...reserve, amount: eur(2) })
      .then(declined('INSUFFICIENT_CREDIT', eur(2)));
    customer(rich, reserved(otherOrderId, highest))
      .when({ ...reserve, amount: eur(highest) })
      .then(declined('INSUFFICIENT_CREDIT', eur(highest)));
  });
  it('leaves no event while the order has its reservation', () => {
    customer(customerRegistered, creditReserved).when(reserve).thenNothing();
    customer(customerRegistered, creditReserved, customerSuspended)
      .when({ ...reserve, amount: dollars })
      .thenNothing();
  });
  it('declines a suspended customer', () => suspendedCustomer().when(reserve).then(declined('CUSTOMER_SUSPENDED')));
  it('declines another currency', () =>
    customer(customerRegistered)
      .when({ ...reserve, amount: dollars })
      .then(declined('CURRENCY_MISMATCH', dollars)));

  describe('with the most open orders', () => {
    const open = Array.from({ length: MOST_OPEN_ORDERS }, (_, index) => reserved(`order ${index}`, 1));
    it('declines one more', () =>
      customer(customerRegistered, ...open)
        .when(reserve)
        .then(declined('TOO_MANY_OPEN_ORDERS')));
    it('reserves one more in the place of another', () =>
      customer(customerRegistered, ...open, { ...creditReleased, orderId: 'order 7', amount: eur(1) })
        .when(reserve)
        .then(creditReserved));
  });

  it('declines for the reason that no smaller order could cure', () => {
    const full = [customerRegistered, reserved(otherOrderId, 10_000)];
    customer(...full, customerSuspended)
      .when({ ...reserve, amount: dollars })
      .then(declined('CUSTOMER_SUSPENDED', dollars));
    customer(...full)
      .when({ ...reserve, amount: dollars })
      .then(declined('CURRENCY_MISMATCH', dollars));
  });
});

describe('ReleaseCredit', () => {
  it('releases what was reserved for the order', () =>
    customer(customerRegistered, creditReserved).when(release).then(creditReleased));
  it('works while suspended', () =>
    customer(customerRegistered, creditReserved, customerSuspended).when(release).then(creditReleased));
  it('leaves no event when repeated', () =>
    customer(customerRegistered, creditReserved, creditReleased).when(release).thenNothing());
  it('leaves no event for an order without a reservation', () => {
    customer(customerRegistered).when(release).thenNothing();
    customer(customerRegistered, creditDeclined).when(release).thenNothing();
    customer(customerRegistered, { ...creditReserved, orderId: otherOrderId })
      .when(release)
      .thenNothing();
  });
});
