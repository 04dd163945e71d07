import { fromCursor, pageOf } from '#mechanisms/projections/index';
import type { Page, Sql } from '#mechanisms/projections/index';
import type { OrderStatus } from '../projections/order-list.table.ts';
import { SELECT_ORDERS, toOrderView } from './order.view.ts';
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

/** A question for one page of a list. */
export interface OrderPageStatement {
  readonly text: string;
  readonly values: unknown[];
  readonly limit: number;
}

/** Newest first. @throws InvalidCursor for an `after` that no page gave out. */
export function orderPage({ status, customerId, limit, after }: OrderListRequest): OrderPageStatement {
  const values: unknown[] = [limit + 1];
  const conditions: string[] = [];
  const where = (condition: (...parameters: string[]) => string, ...parameters: unknown[]): void => {
    conditions.push(condition(...parameters.map((parameter) => `$${values.push(parameter)}`)));
  };
  if (status !== undefined) where((wanted) => `orders.status = ${wanted}`, status);
  if (customerId !== undefined) where((wanted) => `orders.customer_id = ${wanted}`, customerId);
  if (after !== undefined) {
    const { time, id } = fromCursor(after);
    where(
      (placedAt, orderId) => `(orders.placed_at, orders.order_id) < (${placedAt}, ${orderId})`,
      new Date(time).toISOString(),
      id,
    );
  }
  const text = `${SELECT_ORDERS}
    ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
    ORDER BY orders.placed_at DESC, orders.order_id DESC LIMIT $1`;
  return { text, values, limit };
}

export async function readOrderPage(sql: Sql, { text, values, limit }: OrderPageStatement): Promise<Page<OrderView>> {
  const { rows } = await sql.query<OrderRow>({ text, values });
  const page = pageOf(rows, limit, ({ placed_at, order_id }) => ({ time: placed_at.getTime(), id: order_id }));
  return { ...page, items: page.items.map(toOrderView) };
}
