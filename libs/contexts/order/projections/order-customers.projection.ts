import { Controller } from '@nestjs/common';
import { customer } from '#contexts/customer/index';
import type { CustomerEvent } from '#contexts/customer/index';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { ProjectEvents, VersionConflict } from '#mechanisms/projections/index';
import type { ProjectionSql } from '#mechanisms/projections/index';
import { mergeCustomerEvents } from './merge-customer-events.ts';
import { saveCustomers } from './order-customers.sql.ts';
import { orders } from './order-list.projection.ts';

/** Keeps who the customers of orders are; every event must continue the version that its row has. */
@Controller()
export class OrderCustomersProjection {
  @ProjectEvents(orders, customer)
  async apply(events: readonly RecordedEvent<CustomerEvent>[], sql: ProjectionSql): Promise<void> {
    const [refused] = await saveCustomers(sql, mergeCustomerEvents(events));
    if (refused) throw new VersionConflict(refused.customerId, refused.storedVersion, refused.firstVersion);
  }
}
