import { fromCursor, InvalidCursor, pageOf, prepared, rowsFor } from '#mechanisms/projections/index';
import type { Freshness, Page, ProjectionReads, ProjectionSql } from '#mechanisms/projections/index';
import { orderHistory } from '../projections/order-history.projection.ts';
import { orders } from '../projections/order-list.projection.ts';
import type { OrderStatus } from '../projections/order-list.table.ts';
import { ordersFound } from './order-search.ts';
import { ordersIn } from './order.view.ts';
import type { OrderShape, OwnColumns } from './order.view.ts';

/** Which orders a list holds, and which part of it is asked for. */
export interface OrderListRequest {
  readonly status?: OrderStatus;
  readonly customerId?: string;
  /** A part of a line's name or sku, of the customer's name or of the tracking number, or all words of one of the first. */
  readonly search?: string;
  /** Placed at this time or later. */
  readonly placedFrom?: Date;
  /** Placed before this time. */
  readonly placedTo?: Date;
  /** 1 to 100. */
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: string;
}

/** Reads a page; a search also reads the schema of the orders' history. */
type ReadOrderPage<Shown> = (sql: ProjectionSql, history?: string) => Promise<Page<Shown>>;

/** Only a search ranks. */
interface Ranked {
  readonly rank?: number;
}

/** The best match of a search first, then the newest. @throws InvalidCursor for an `after` that no page gave out. */
export function orderPage<Row extends OwnColumns, Shown>(
  request: OrderListRequest,
  shape: OrderShape<Row & Ranked, Shown>,
): ReadOrderPage<Shown> {
  const { search, limit, after } = request;
  const place = after === undefined ? [] : placeOf(after, search);
  return async (sql, history = '') => {
    const schemas = { orders: sql.schema, history };
    const { rows } = await sql.query<Row & Ranked>(statementFor(request, place, schemas, shape.columns));
    return orderPageOf(rows, limit, shape);
  };
}

/** The page that a query asks for; a search is answered by the history, too. @throws InvalidCursor as {@link orderPage} */
export async function findOrders<Row extends OwnColumns, Shown>(
  reads: ProjectionReads,
  query: Freshness & { readonly request: OrderListRequest },
  shape: OrderShape<Row & Ranked, Shown>,
): Promise<Page<Shown>> {
  const readPage = orderPage(query.request, shape);
  if (query.request.search === undefined) return reads.read([orders], query, (sql) => readPage(sql));
  return reads.read([orders, orderHistory.projection], query, (sql, { schema }) => readPage(sql, schema));
}

/** Cuts a page from rows of which one more was read than it holds. */
export function orderPageOf<Row extends OwnColumns & Ranked, Shown>(
  rows: readonly Row[],
  limit: number,
  { show }: OrderShape<Row, Shown>,
): Page<Shown> {
  const page = pageOf(rows, limit, ({ rank, placed_at, order_id }) => ({
    ...(rank !== undefined && { rank }),
    time: placed_at.getTime(),
    id: order_id,
  }));
  return { ...page, items: page.items.map(show) };
}

type Schemas = Parameters<typeof ordersFound>[2];

function statementFor(request: OrderListRequest, place: unknown[], schemas: Schemas, columns: string) {
  const { status, customerId, search, placedFrom, placedTo, limit } = request;
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const conditions: string[] = [];
  if (status !== undefined) conditions.push(`orders.status = ${parameter(status)}`);
  if (customerId !== undefined) conditions.push(`orders.customer_id = ${parameter(customerId)}`);
  if (placedFrom !== undefined) conditions.push(`orders.placed_at >= ${parameter(placedFrom)}`);
  if (placedTo !== undefined) conditions.push(`orders.placed_at < ${parameter(placedTo)}`);
  const order = [...(search === undefined ? [] : ['found.rank']), 'orders.placed_at', 'orders.order_id'];
  if (place.length > 0) conditions.push(`(${order.join(', ')}) < (${place.map(parameter).join(', ')})`);
  const found =
    search === undefined ? '' : `JOIN ${ordersFound(search, parameter, schemas)} ON found.order_id = orders.order_id`;
  const text = `SELECT ${columns} ${found && ', found.rank'} FROM ${ordersIn(schemas.orders)} ${found}
    ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
    ORDER BY ${order.map((column) => `${column} DESC`).join(', ')} LIMIT ${rowsFor(limit)}`;
  // how many a search may find differs widely
  return search === undefined ? prepared(text, values) : { text, values };
}

/** The place of a cursor in the list that it was given out by. @throws InvalidCursor */
export function placeOf(after: string, search?: string): unknown[] {
  const { rank, time, id } = fromCursor(after);
  if ((rank === undefined) !== (search === undefined)) throw new InvalidCursor();
  return [...(rank === undefined ? [] : [rank]), new Date(time).toISOString(), id];
}
