import { Controller } from '@nestjs/common';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { ProjectEvents, projection, VersionConflict } from '#mechanisms/projections/index';
import type { Sql } from '#mechanisms/projections/index';
import type { OrderEvent } from '../events/order.events.ts';
import { order } from '../topic/order.topic.ts';
import { mergeOrderEvents } from './merge-order-events.ts';
import { CreateOrderList1762300000000 } from './migrations/create-order-list.migration.ts';
import { insertOrders, updateOrders } from './order-list.sql.ts';

export const orders = projection({
  name: 'orders',
  version: 1,
  sources: [order],
  migrations: [CreateOrderList1762300000000],
});

/** Keeps one row per order; every event must continue the version that its row has. */
@Controller()
export class OrderListProjection {
  @ProjectEvents(orders, order)
  async apply(events: readonly RecordedEvent<OrderEvent>[], sql: Sql): Promise<void> {
    const changes = mergeOrderEvents(events);
    const refused = [...(await insertOrders(sql, changes)), ...(await updateOrders(sql, changes))];
    const first = refused[0];
    if (first) throw new VersionConflict(first.orderId, first.storedVersion, first.firstVersion);
  }
}
