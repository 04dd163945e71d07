import { Controller } from '@nestjs/common';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { ProjectEvents, projection, VersionConflict } from '#mechanisms/projections/index';
import type { ProjectionSql } from '#mechanisms/projections/index';
import type { PaymentEvent } from '../events/payment.events.ts';
import { payment } from '../topic/payment.topic.ts';
import { CreatePaymentList1762400000000 } from './migrations/create-payment-list.migration.ts';
import { lockPayments, savePayments } from './payment-list.sql.ts';
import { nextRow } from './payment-row.ts';

export const payments = projection({
  name: 'payments',
  revision: 1,
  sources: [payment],
  migrations: [CreatePaymentList1762400000000],
});

/**
 * Writes the table of payments in the schema of `sql`.
 * @throws VersionConflict when an event does not continue the version that its row has
 */
export async function projectPayments(
  events: readonly RecordedEvent<PaymentEvent>[],
  sql: ProjectionSql,
): Promise<void> {
  const ids = [...new Set(events.map(({ entityId }) => entityId))];
  const rows = new Map((await lockPayments(sql, ids)).map((row) => [row.paymentId, row]));
  for (const event of events) {
    const { entityId, meta } = event;
    const row = rows.get(entityId);
    const version = row?.version ?? 0;
    if (meta.entityVersion !== version + 1) throw new VersionConflict(entityId, version, meta.entityVersion);
    rows.set(entityId, nextRow(row, event));
  }
  await savePayments(sql, [...rows.values()]);
}

/** Keeps one row per payment. */
@Controller()
export class PaymentListProjection {
  @ProjectEvents(payments, payment)
  apply(events: readonly RecordedEvent<PaymentEvent>[], sql: ProjectionSql): Promise<void> {
    return projectPayments(events, sql);
  }
}
