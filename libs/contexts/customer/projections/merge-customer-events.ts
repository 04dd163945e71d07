import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { VersionConflict } from '#mechanisms/projections/index';
import type { CustomerEvent, Money } from '../events/customer.events.ts';
import type { CustomerStatus } from './customer-list.table.ts';

interface Effect {
  readonly status?: CustomerStatus;
  readonly name?: string;
  readonly email?: string;
  readonly creditLimit?: Money;
}

/** What some consecutive events do to a customer's row; a field that none of them sets is missing. */
export interface CustomerChange extends Effect {
  readonly customerId: string;
  /** Of the first of the events, and of the last. */
  readonly firstVersion: number;
  readonly version: number;
  /** How much more is reserved after the events than before, in minor units. */
  readonly reservedMore: number;
  /** Epoch milliseconds. */
  readonly registeredAt?: number;
  /** Of the last of the events, in epoch milliseconds. */
  readonly updatedAt: number;
}

/**
 * One change per customer, in the order of their first events.
 * @throws VersionConflict when the versions of a customer's events are not consecutive
 */
export function mergeCustomerEvents(events: readonly RecordedEvent<CustomerEvent>[]): CustomerChange[] {
  const changes = new Map<string, CustomerChange>();
  for (const { entityId: customerId, meta, event } of events) {
    const { entityVersion: version, occurredAt: at } = meta;
    const before = changes.get(customerId);
    if (before && version !== before.version + 1) throw new VersionConflict(customerId, before.version, version);
    if (version === 1 && !canBegin(event)) {
      throw new Error(`customer ${customerId} begins with ${event.type}, not with a registration or a decline`);
    }
    changes.set(customerId, {
      ...before,
      ...effectOf(event),
      ...(event.type === 'CustomerRegistered' && { registeredAt: at }),
      customerId,
      firstVersion: before?.firstVersion ?? version,
      version,
      reservedMore: (before?.reservedMore ?? 0) + reservedBy(event),
      updatedAt: at,
    });
  }
  return [...changes.values()];
}

const canBegin = ({ type }: CustomerEvent): boolean => type === 'CustomerRegistered' || type === 'CreditDeclined';

function effectOf(event: CustomerEvent): Effect {
  switch (event.type) {
    case 'CustomerRegistered': {
      const { name, email, creditLimit } = event;
      return { status: 'active', name, email, creditLimit };
    }
    case 'CustomerContactChanged':
      return { name: event.name, email: event.email };
    case 'CreditLimitChanged':
      return { creditLimit: event.creditLimit };
    case 'CustomerSuspended':
      return { status: 'suspended' };
    case 'CustomerReactivated':
      return { status: 'active' };
    case 'CreditReserved':
    case 'CreditDeclined':
    case 'CreditReleased':
      return {};
    default:
      return event satisfies never;
  }
}

function reservedBy(event: CustomerEvent): number {
  if (event.type === 'CreditReserved') return event.amount.amount;
  return event.type === 'CreditReleased' ? -event.amount.amount : 0;
}
