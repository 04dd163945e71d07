import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { ConsistencyToken } from '#mechanisms/event-sourcing/index';
import type { HistoryItem } from '#mechanisms/history/index';
import { ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness } from '#mechanisms/projections/index';
import { orderHistory } from '../projections/order-history.projection.ts';

export interface OrderHistoryView {
  readonly items: readonly HistoryItem[];
}

/** All events of an order, oldest first; `undefined` when there is none with this id. */
export class GetOrderHistory extends Query<OrderHistoryView | undefined> implements Freshness {
  readonly orderId: string;
  readonly tokens: readonly ConsistencyToken[];
  readonly waitMs: number;

  constructor(orderId: string, { tokens, waitMs }: Freshness) {
    super();
    this.orderId = orderId;
    this.tokens = tokens;
    this.waitMs = waitMs;
  }
}

@QueryHandler(GetOrderHistory)
export class GetOrderHistoryHandler implements IQueryHandler<GetOrderHistory> {
  private readonly reads: ProjectionReads;

  constructor(reads: ProjectionReads) {
    this.reads = reads;
  }

  execute(query: GetOrderHistory): Promise<OrderHistoryView | undefined> {
    return this.reads.read([orderHistory.projection], query, async (sql) => {
      const items = await orderHistory.of(query.orderId, sql);
      return items.length > 0 ? { items } : undefined;
    });
  }
}
