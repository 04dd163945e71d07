import { QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { FreshQuery, ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness } from '#mechanisms/projections/index';
import { orderHistory } from '../projections/order-history.projection.ts';
import { explain } from './order.explanation.ts';
import type { OrderExplanation } from './order.explanation.ts';

/** Why an order is as it is, and what it waits for; `undefined` when there is none with this id. */
export class ExplainOrder extends FreshQuery<OrderExplanation | undefined> {
  readonly orderId: string;

  constructor(orderId: string, freshness: Freshness) {
    super(freshness);
    this.orderId = orderId;
  }
}

@QueryHandler(ExplainOrder)
export class ExplainOrderHandler implements IQueryHandler<ExplainOrder> {
  private readonly reads: ProjectionReads;

  constructor(reads: ProjectionReads) {
    this.reads = reads;
  }

  execute(query: ExplainOrder): Promise<OrderExplanation | undefined> {
    return this.reads.read([orderHistory.projection], query, async (sql) =>
      explain(await orderHistory.eventsOf(query.orderId, sql)),
    );
  }
}
