import { QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { FreshQuery, ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness, Page } from '#mechanisms/projections/index';
import { findOrders } from './order-page.ts';
import type { OrderListRequest } from './order-page.ts';
import { ORDER_VIEW } from './order.view.ts';
import type { OrderView } from './order.view.ts';

/** A page of orders, the best match of a search first, then the newest. Paging neither skips nor repeats an order, whatever changes meanwhile. */
export class ListOrders extends FreshQuery<Page<OrderView>> {
  readonly request: OrderListRequest;

  constructor(request: OrderListRequest, freshness: Freshness) {
    super(freshness);
    this.request = request;
  }
}

@QueryHandler(ListOrders)
export class ListOrdersHandler implements IQueryHandler<ListOrders> {
  private readonly reads: ProjectionReads;

  constructor(reads: ProjectionReads) {
    this.reads = reads;
  }

  /** @throws InvalidCursor for an `after` that no page gave out. */
  execute(query: ListOrders): Promise<Page<OrderView>> {
    return findOrders(this.reads, query, ORDER_VIEW);
  }
}
