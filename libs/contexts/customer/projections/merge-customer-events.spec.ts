import { describe, expect, test } from '@jest/globals';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import type { CustomerEvent } from '../events/customer.events.ts';
import {
  creditDeclined,
  creditLimitChanged,
  creditReleased,
  creditReserved,
  customerContactChanged,
  customerId,
  customerReactivated,
  customerRegistered,
  customerSuspended,
  eur,
  otherOrderId,
} from '../examples/customer.examples.ts';
import { mergeCustomerEvents } from './merge-customer-events.ts';

const recorded = (
  event: CustomerEvent,
  entityVersion: number,
  entityId = customerId,
): RecordedEvent<CustomerEvent> => ({
  topic: 'customer-events',
  partition: 0,
  offset: entityVersion,
  entityId,
  meta: { entityVersion, occurredAt: entityVersion * 1000 } as RecordedEvent['meta'],
  event,
});
const history = (...events: CustomerEvent[]) => events.map((event, index) => recorded(event, index + 1));

describe('the events of a customer become one change', () => {
  test('with the newest of every field', () => {
    const events = history(
      customerRegistered,
      customerContactChanged,
      creditReserved,
      { ...creditReserved, orderId: otherOrderId, amount: eur(2) },
      creditLimitChanged,
      creditReleased,
      customerSuspended,
    );
    expect(mergeCustomerEvents(events)).toEqual([
      {
        customerId,
        firstVersion: 1,
        version: 7,
        status: 'suspended',
        name: customerContactChanged.name,
        email: customerContactChanged.email,
        creditLimit: creditLimitChanged.creditLimit,
        reservedMore: 2,
        registeredAt: 1000,
        updatedAt: 7000,
      },
    ]);
  });

  test('registered after a decline', () => {
    expect(mergeCustomerEvents(history(creditDeclined, customerRegistered))).toMatchObject([
      { firstVersion: 1, version: 2, status: 'active', registeredAt: 2000, reservedMore: 0 },
    ]);
  });

  test('without what other batches set', () => {
    expect(mergeCustomerEvents([recorded(creditReleased, 5), recorded(customerReactivated, 6)])).toEqual([
      { customerId, firstVersion: 5, version: 6, status: 'active', reservedMore: -4_498, updatedAt: 6000 },
    ]);
    expect(mergeCustomerEvents([recorded(creditDeclined, 5)])).toEqual([
      { customerId, firstVersion: 5, version: 5, reservedMore: 0, updatedAt: 5000 },
    ]);
  });
});

test('customers that take turns keep apart', () => {
  const changes = mergeCustomerEvents([
    recorded(customerRegistered, 1),
    recorded(creditReserved, 8, 'other'),
    recorded(customerSuspended, 2),
    recorded(creditReleased, 9, 'other'),
  ]);
  expect(changes.map(({ customerId: id, status, version }) => [id, status, version])).toEqual([
    [customerId, 'suspended', 2],
    ['other', undefined, 9],
  ]);
});

describe('refused, with the name of the customer', () => {
  const conflict = expect.objectContaining({ code: 'VERSION_CONFLICT', message: expect.stringContaining(customerId) });

  test('a gap', () => {
    expect(() => mergeCustomerEvents([recorded(customerRegistered, 1), recorded(creditReserved, 3)])).toThrow(conflict);
  });
  test('a version again', () => {
    expect(() =>
      mergeCustomerEvents([...history(customerRegistered, creditReserved), recorded(creditReleased, 2)]),
    ).toThrow(conflict);
  });
  test('another beginning than a registration or a decline', () => {
    expect(() => mergeCustomerEvents([recorded(creditReserved, 1)])).toThrow(customerId);
  });
});
