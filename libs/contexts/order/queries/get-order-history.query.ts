import { QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { HistoryView } from '#mechanisms/history/index';
import { FreshQuery, ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness } from '#mechanisms/projections/index';
import { orderHistory } from '../projections/order-history.projection.ts';

/** All events of an order, oldest first; `undefined` when there is none with this id. */
export class GetOrderHistory extends FreshQuery<HistoryView | undefined> {
  readonly orderId: string;

  constructor(orderId: string, freshness: Freshness) {
    super(freshness);
    this.orderId = orderId;
  }
}

@QueryHandler(GetOrderHistory)
export class GetOrderHistoryHandler implements IQueryHandler<GetOrderHistory> {
  private readonly reads: ProjectionReads;

  constructor(reads: ProjectionReads) {
    this.reads = reads;
  }

  execute(query: GetOrderHistory): Promise<HistoryView | undefined> {
    return this.reads.read([orderHistory.projection], query, async (sql) => {
      const items = await orderHistory.of(query.orderId, sql);
      return items.length > 0 ? { items } : undefined;
    });
  }
}
