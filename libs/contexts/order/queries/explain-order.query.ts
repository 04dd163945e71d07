import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { ConsistencyToken } from '#mechanisms/event-sourcing/index';
import { ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness } from '#mechanisms/projections/index';
import { orderHistory } from '../projections/order-history.projection.ts';
import { explain } from './order.explanation.ts';
import type { OrderExplanation } from './order.explanation.ts';

/** Why an order is as it is, and what it waits for; `undefined` when there is none with this id. */
export class ExplainOrder extends Query<OrderExplanation | undefined> implements Freshness {
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
