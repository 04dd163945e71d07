import { Controller } from '@nestjs/common';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { History } from '#mechanisms/history/index';
import { ProjectEvents } from '#mechanisms/projections/index';
import type { ProjectionSql } from '#mechanisms/projections/index';
import type { PaymentEvent } from '../events/payment.events.ts';
import { payment } from '../topic/payment.topic.ts';

export const paymentHistory = new History({ entity: payment, revision: 1 });

/** Keeps every event of payments. */
@Controller()
export class PaymentHistoryProjection {
  @ProjectEvents(paymentHistory.projection, payment)
  apply(events: readonly RecordedEvent<PaymentEvent>[], sql: ProjectionSql): Promise<void> {
    return paymentHistory.apply(events, sql);
  }
}
