import type { CustomerEvent } from '#contexts/customer/index';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { VersionConflict } from '#mechanisms/projections/index';

interface Contact {
  readonly name: string;
  readonly email: string;
}

/** What some consecutive events say of a customer; the contact is missing when none of them tells it. */
export interface CustomerChange extends Partial<Contact> {
  readonly customerId: string;
  /** Of the first of the events, and of the last. */
  readonly firstVersion: number;
  readonly version: number;
}

/**
 * One change per customer, in the order of their first events.
 * @throws VersionConflict when the versions of a customer's events are not consecutive
 */
export function mergeCustomerEvents(events: readonly RecordedEvent<CustomerEvent>[]): CustomerChange[] {
  const changes = new Map<string, CustomerChange>();
  for (const { entityId: customerId, meta, event } of events) {
    const { entityVersion: version } = meta;
    const before = changes.get(customerId);
    if (before && version !== before.version + 1) throw new VersionConflict(customerId, before.version, version);
    const firstVersion = before?.firstVersion ?? version;
    changes.set(customerId, { ...before, ...contactOf(event), customerId, firstVersion, version });
  }
  return [...changes.values()];
}

function contactOf(event: CustomerEvent): Contact | undefined {
  switch (event.type) {
    case 'CustomerRegistered':
    case 'CustomerContactChanged':
      return { name: event.name, email: event.email };
    case 'CreditLimitChanged':
    case 'CustomerSuspended':
    case 'CustomerReactivated':
    case 'CreditReserved':
    case 'CreditDeclined':
    case 'CreditReleased':
      return undefined;
    default:
      return event satisfies never;
  }
}
