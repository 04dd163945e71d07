import { Controller } from '@nestjs/common';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { History } from '#mechanisms/history/index';
import { ProjectEvents } from '#mechanisms/projections/index';
import type { ProjectionSql } from '#mechanisms/projections/index';
import type { CustomerEvent } from '../events/customer.events.ts';
import { customer } from '../topic/customer.topic.ts';

export const customerHistory = new History({ entity: customer, revision: 1 });

/** Keeps every event of customers. */
@Controller()
export class CustomerHistoryProjection {
  @ProjectEvents(customerHistory.projection, customer)
  apply(events: readonly RecordedEvent<CustomerEvent>[], sql: ProjectionSql): Promise<void> {
    return customerHistory.apply(events, sql);
  }
}
