import { Controller } from '@nestjs/common';
import { customer } from '#contexts/customer/index';
import type { CustomerEvent } from '#contexts/customer/index';
import { projectCustomers } from '#contexts/customer/read-model';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { ProjectEvents } from '#mechanisms/projections/index';
import type { ProjectionSql } from '#mechanisms/projections/index';
import { orders } from './order-list.projection.ts';

/** Keeps the customers beside their orders. */
@Controller()
export class OrderCustomersProjection {
  @ProjectEvents(orders, customer)
  apply(events: readonly RecordedEvent<CustomerEvent>[], sql: ProjectionSql): Promise<void> {
    return projectCustomers(events, sql);
  }
}
