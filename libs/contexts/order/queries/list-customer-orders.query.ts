import { QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { FreshQuery, prepared, ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness, Page, ProjectionSql } from '#mechanisms/projections/index';
import { orders } from '../projections/order-list.projection.ts';
import { orderPage } from './order-page.ts';
import type { OrderListRequest } from './order-page.ts';
import { ORDER_VIEW } from './order.view.ts';
import type { OrderView } from './order.view.ts';

export type CustomerOrdersRequest = Required<Pick<OrderListRequest, 'customerId'>> &
  Pick<OrderListRequest, 'limit' | 'after'>;

/** A page of a customer's orders, newest first; `undefined` when nobody of this id is registered or ever ordered. */
export class ListCustomerOrders extends FreshQuery<Page<OrderView> | undefined> {
  readonly request: CustomerOrdersRequest;

  constructor(request: CustomerOrdersRequest, freshness: Freshness) {
    super(freshness);
    this.request = request;
  }
}

@QueryHandler(ListCustomerOrders)
export class ListCustomerOrdersHandler implements IQueryHandler<ListCustomerOrders> {
  private readonly reads: ProjectionReads;

  constructor(reads: ProjectionReads) {
    this.reads = reads;
  }

  /** @throws InvalidCursor for an `after` that no page gave out. */
  async execute(query: ListCustomerOrders): Promise<Page<OrderView> | undefined> {
    const readPage = orderPage(query.request, ORDER_VIEW);
    return this.reads.read([orders], query, async (sql) => {
      const page = await readPage(sql);
      return page.items.length > 0 || (await isKnown(sql, query.request.customerId)) ? page : undefined;
    });
  }
}

async function isKnown(sql: ProjectionSql, customerId: string): Promise<boolean> {
  const text = `SELECT EXISTS (SELECT FROM ${sql.schema}.customers WHERE customer_id = $1 AND name IS NOT NULL)
      OR EXISTS (SELECT FROM ${sql.schema}.orders WHERE customer_id = $1) AS known`;
  const { rows } = await sql.query<{ known: boolean }>(prepared(text, [customerId]));
  return rows[0]!.known;
}
