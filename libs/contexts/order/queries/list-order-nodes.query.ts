import { QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { FreshQuery, ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness, Page } from '#mechanisms/projections/index';
import { findOrders } from './order-page.ts';
import type { OrderListRequest } from './order-page.ts';
import { ORDER_NODE } from './order.node.ts';
import type { OrderNode } from './order.node.ts';

/** A page of orders as `ListOrders` makes it, each with the whole of its customer and its payment. */
export class ListOrderNodes extends FreshQuery<Page<OrderNode>> {
  readonly request: OrderListRequest;

  constructor(request: OrderListRequest, freshness: Freshness) {
    super(freshness);
    this.request = request;
  }
}

@QueryHandler(ListOrderNodes)
export class ListOrderNodesHandler implements IQueryHandler<ListOrderNodes> {
  private readonly reads: ProjectionReads;

  constructor(reads: ProjectionReads) {
    this.reads = reads;
  }

  /** @throws InvalidCursor for an `after` that no page gave out. */
  execute(query: ListOrderNodes): Promise<Page<OrderNode>> {
    return findOrders(this.reads, query, ORDER_NODE);
  }
}
