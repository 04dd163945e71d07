import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { ConsistencyToken } from '#mechanisms/event-sourcing/index';
import { fromCursor, pageOf, ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness, Page } from '#mechanisms/projections/index';
import { orders } from '../projections/order-list.projection.ts';
import type { OrderStatus } from '../projections/order-list.table.ts';
import { ORDER_COLUMNS, toOrderView } from './order.view.ts';
import type { OrderRow, OrderView } from './order.view.ts';

/** Which orders a list holds, and which part of it is asked for. */
export interface OrderListRequest {
  readonly status?: OrderStatus;
  readonly customerId?: string;
  /** 1 to 100. */
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: string;
}

/** A page of orders, newest first. Paging neither skips nor repeats an order, whatever changes meanwhile. */
export class ListOrders extends Query<Page<OrderView>> implements Freshness {
  readonly request: OrderListRequest;
  readonly tokens: readonly ConsistencyToken[];
  readonly waitMs: number;

  constructor(request: OrderListRequest, { tokens, waitMs }: Freshness) {
    super();
    this.request = request;
    this.tokens = tokens;
    this.waitMs = waitMs;
  }
}

@QueryHandler(ListOrders)
export class ListOrdersHandler implements IQueryHandler<ListOrders> {
  private readonly reads: ProjectionReads;

  constructor(reads: ProjectionReads) {
    this.reads = reads;
  }

  /** @throws InvalidCursor for an `after` that no page gave out. */
  async execute(query: ListOrders): Promise<Page<OrderView>> {
    const { limit } = query.request;
    const statement = statementFor(query.request);
    return this.reads.read([orders], query, async (sql) => {
      const { rows } = await sql.query<OrderRow>(statement);
      const page = pageOf(rows, limit, ({ placed_at, order_id }) => ({ time: placed_at.getTime(), id: order_id }));
      return { ...page, items: page.items.map(toOrderView) };
    });
  }
}

function statementFor({ status, customerId, limit, after }: OrderListRequest) {
  const values: unknown[] = [limit + 1];
  const conditions: string[] = [];
  const where = (condition: (...parameters: string[]) => string, ...parameters: unknown[]): void => {
    conditions.push(condition(...parameters.map((parameter) => `$${values.push(parameter)}`)));
  };
  if (status !== undefined) where((wanted) => `status = ${wanted}`, status);
  if (customerId !== undefined) where((wanted) => `customer_id = ${wanted}`, customerId);
  if (after !== undefined) {
    const { time, id } = fromCursor(after);
    where((placedAt, orderId) => `(placed_at, order_id) < (${placedAt}, ${orderId})`, new Date(time).toISOString(), id);
  }
  const text = `SELECT ${ORDER_COLUMNS} FROM orders_v1.orders
    ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
    ORDER BY placed_at DESC, order_id DESC LIMIT $1`;
  return { text, values };
}
