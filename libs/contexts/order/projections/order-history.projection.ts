import { Controller } from '@nestjs/common';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { History } from '#mechanisms/history/index';
import { ProjectEvents } from '#mechanisms/projections/index';
import type { ProjectionSql } from '#mechanisms/projections/index';
import type { OrderEvent } from '../events/order.events.ts';
import { order } from '../topic/order.topic.ts';
import { nextChange } from './merge-order-events.ts';
import { IndexOrderWords1764100000000 } from './migrations/index-order-words.migration.ts';
import { StoreOrderWords1764300000000 } from './migrations/store-order-words.migration.ts';

/** The state of an order at a moment is what all its events until then have done to its row. */
export const orderHistory = new History({
  entity: order,
  revision: 1,
  migrations: [IndexOrderWords1764100000000, StoreOrderWords1764300000000],
  fold: nextChange,
});

/** Keeps every event of orders. */
@Controller()
export class OrderHistoryProjection {
  @ProjectEvents(orderHistory.projection, order)
  apply(events: readonly RecordedEvent<OrderEvent>[], sql: ProjectionSql): Promise<void> {
    return orderHistory.apply(events, sql);
  }
}
