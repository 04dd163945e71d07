import { Controller } from '@nestjs/common';
import { payment } from '#contexts/payment/index';
import type { PaymentEvent } from '#contexts/payment/index';
import { projectPayments } from '#contexts/payment/read-model';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { ProjectEvents } from '#mechanisms/projections/index';
import type { ProjectionSql } from '#mechanisms/projections/index';
import { orders } from './order-list.projection.ts';

/** Keeps the payments beside their orders. */
@Controller()
export class OrderPaymentsProjection {
  @ProjectEvents(orders, payment)
  apply(events: readonly RecordedEvent<PaymentEvent>[], sql: ProjectionSql): Promise<void> {
    return projectPayments(events, sql);
  }
}
