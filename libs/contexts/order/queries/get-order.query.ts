import { QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { FreshQuery, prepared, ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness } from '#mechanisms/projections/index';
import { orders } from '../projections/order-list.projection.ts';
import { ORDER_VIEW, ordersIn } from './order.view.ts';
import type { OrderView } from './order.view.ts';

/** One order; `undefined` when there is none with this id. */
export class GetOrder extends FreshQuery<OrderView | undefined> {
  readonly orderId: string;

  constructor(orderId: string, freshness: Freshness) {
    super(freshness);
    this.orderId = orderId;
  }
}

@QueryHandler(GetOrder)
export class GetOrderHandler implements IQueryHandler<GetOrder> {
  private readonly reads: ProjectionReads;

  constructor(reads: ProjectionReads) {
    this.reads = reads;
  }

  execute(query: GetOrder): Promise<OrderView | undefined> {
    return this.reads.read([orders], query, async (sql) => {
      const text = `SELECT ${ORDER_VIEW.columns} FROM ${ordersIn(sql.schema)} WHERE orders.order_id = $1`;
      const { rows } = await sql.query<Parameters<typeof ORDER_VIEW.show>[0]>(prepared(text, [query.orderId]));
      return rows[0] && ORDER_VIEW.show(rows[0]);
    });
  }
}
