import { QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { FreshQuery, prepared, ProjectionReads, rowsFor } from '#mechanisms/projections/index';
import type { Freshness, Page } from '#mechanisms/projections/index';
import { orders } from '../projections/order-list.projection.ts';
import { orderPageOf, placeOf } from './order-page.ts';
import { ORDER_NODE } from './order.node.ts';
import type { OrderNode, OrderNodeRow } from './order.node.ts';
import { ordersIn } from './order.view.ts';

export interface CustomersOrdersRequest {
  readonly customerIds: readonly string[];
  /** Of the page of each customer, 1 to 100. */
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: string;
}

/** The same page of the orders of each of some customers, by customer, newest first; one statement for all of them. */
export class ListOrderNodesOfCustomers extends FreshQuery<ReadonlyMap<string, Page<OrderNode>>> {
  readonly request: CustomersOrdersRequest;

  constructor(request: CustomersOrdersRequest, freshness: Freshness) {
    super(freshness);
    this.request = request;
  }
}

@QueryHandler(ListOrderNodesOfCustomers)
export class ListOrderNodesOfCustomersHandler implements IQueryHandler<ListOrderNodesOfCustomers> {
  private readonly reads: ProjectionReads;

  constructor(reads: ProjectionReads) {
    this.reads = reads;
  }

  /** @throws InvalidCursor for an `after` that no page gave out. */
  async execute(query: ListOrderNodesOfCustomers): Promise<ReadonlyMap<string, Page<OrderNode>>> {
    const { customerIds, limit, after } = query.request;
    const place = after === undefined ? [] : placeOf(after);
    return this.reads.read([orders], query, async (sql) => {
      const text = `SELECT page.* FROM unnest($1::uuid[]) AS wanted (customer_id) CROSS JOIN LATERAL (
          SELECT ${ORDER_NODE.columns} FROM ${ordersIn(sql.schema)}
          WHERE orders.customer_id = wanted.customer_id
            ${place.length > 0 ? 'AND (orders.placed_at, orders.order_id) < ($2, $3)' : ''}
          ORDER BY orders.placed_at DESC, orders.order_id DESC LIMIT ${rowsFor(limit)}
        ) AS page`;
      const { rows } = await sql.query<OrderNodeRow>(prepared(text, [customerIds, ...place]));
      const found = Map.groupBy(rows, ({ customer_id }) => customer_id);
      return new Map(customerIds.map((id) => [id, orderPageOf(found.get(id) ?? [], limit, ORDER_NODE)]));
    });
  }
}
