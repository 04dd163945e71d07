import { Controller } from '@nestjs/common';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { ProjectEvents, projection, VersionConflict } from '#mechanisms/projections/index';
import type { ProjectionSql } from '#mechanisms/projections/index';
import type { CustomerEvent } from '../events/customer.events.ts';
import { customer } from '../topic/customer.topic.ts';
import { insertCustomers, updateCustomers } from './customer-list.sql.ts';
import { mergeCustomerEvents } from './merge-customer-events.ts';
import { CreateCustomerList1762300000000 } from './migrations/create-customer-list.migration.ts';

export const customers = projection({
  name: 'customers',
  revision: 1,
  sources: [customer],
  migrations: [CreateCustomerList1762300000000],
});

/**
 * Writes the table of customers in the schema of `sql`.
 * @throws VersionConflict when an event does not continue the version that its row has
 */
export async function projectCustomers(
  events: readonly RecordedEvent<CustomerEvent>[],
  sql: ProjectionSql,
): Promise<void> {
  const changes = mergeCustomerEvents(events);
  const refused = [...(await insertCustomers(sql, changes)), ...(await updateCustomers(sql, changes))];
  const first = refused[0];
  if (first) throw new VersionConflict(first.customerId, first.storedVersion, first.firstVersion);
}

/** Keeps one row per customer. */
@Controller()
export class CustomerListProjection {
  @ProjectEvents(customers, customer)
  apply(events: readonly RecordedEvent<CustomerEvent>[], sql: ProjectionSql): Promise<void> {
    return projectCustomers(events, sql);
  }
}
