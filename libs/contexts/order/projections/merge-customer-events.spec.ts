import { describe, expect, test } from '@jest/globals';
import type { CustomerEvent } from '#contexts/customer/index';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { customerId } from '../examples/order.examples.ts';
import { mergeCustomerEvents } from './merge-customer-events.ts';
import {
  creditDeclined,
  creditReserved,
  customerContactChanged,
  customerRegistered,
} from './testing/neighbour-facts.ts';

const recorded = (
  event: CustomerEvent,
  entityVersion: number,
  entityId = customerId,
): RecordedEvent<CustomerEvent> => ({
  topic: 'customer-events',
  partition: 0,
  offset: entityVersion,
  entityId,
  meta: { entityVersion } as RecordedEvent['meta'],
  event,
});
const history = (...events: CustomerEvent[]) => events.map((event, index) => recorded(event, index + 1));
const { name, email } = customerRegistered;

describe('the events of a customer become one change', () => {
  test('with the contact', () => {
    expect(mergeCustomerEvents(history(creditDeclined, customerRegistered, creditReserved))).toEqual([
      { customerId, firstVersion: 1, version: 3, name, email },
    ]);
  });
  test('with the newest contact', () => {
    expect(mergeCustomerEvents(history(customerRegistered, customerContactChanged))).toMatchObject([
      { version: 2, name: customerContactChanged.name, email: customerContactChanged.email },
    ]);
  });
  test('without a contact when none of them tells it', () => {
    expect(mergeCustomerEvents(history(customerRegistered, creditReserved, creditDeclined).slice(1))).toEqual([
      { customerId, firstVersion: 2, version: 3 },
    ]);
  });
});

test('customers that take turns keep apart', () => {
  const events = [
    recorded(customerRegistered, 1),
    recorded(creditDeclined, 1, 'other'),
    recorded(creditReserved, 2),
    recorded(creditDeclined, 2, 'other'),
  ];
  expect(mergeCustomerEvents(events)).toEqual([
    { customerId, firstVersion: 1, version: 2, name, email },
    { customerId: 'other', firstVersion: 1, version: 2 },
  ]);
});

test.each([
  ['a gap', 3],
  ['a version again', 1],
])('%s is refused with the name of the customer', (_case, version) => {
  expect(() => mergeCustomerEvents([recorded(customerRegistered, 1), recorded(creditReserved, version)])).toThrow(
    expect.objectContaining({ code: 'VERSION_CONFLICT', message: expect.stringContaining(customerId) }),
  );
});
