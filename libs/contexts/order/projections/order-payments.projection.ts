import { Controller } from '@nestjs/common';
import { payment } from '#contexts/payment/index';
import type { PaymentEvent } from '#contexts/payment/index';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { ProjectEvents, VersionConflict } from '#mechanisms/projections/index';
import type { ProjectionSql } from '#mechanisms/projections/index';
import { orders } from './order-list.projection.ts';
import { nextPayment } from './order-payment-row.ts';
import { lockPayments, savePayments } from './order-payments.sql.ts';

/** Keeps how the payments of orders stand; every event must continue the version that its row has. */
@Controller()
export class OrderPaymentsProjection {
  @ProjectEvents(orders, payment)
  async apply(events: readonly RecordedEvent<PaymentEvent>[], sql: ProjectionSql): Promise<void> {
    const ids = [...new Set(events.map(({ entityId }) => entityId))];
    const rows = new Map((await lockPayments(sql, ids)).map((row) => [row.paymentId, row]));
    for (const recorded of events) {
      const { entityId, meta } = recorded;
      const row = rows.get(entityId);
      const version = row?.version ?? 0;
      if (meta.entityVersion !== version + 1) throw new VersionConflict(entityId, version, meta.entityVersion);
      rows.set(entityId, nextPayment(row, recorded));
    }
    await savePayments(sql, [...rows.values()]);
  }
}
