import type { FoldedOrder } from './fold-order.ts';
import type { OrderRow } from './order-rows.ts';
import type { Report } from '../report.ts';
import { sameValue } from '../same-value.ts';

/** I4: the table has a row for every order that was folded, no other, and each says what the events say. Answers how many rows it saw. */
export async function compareRows(
  table: string,
  folded: ReadonlyMap<string, FoldedOrder>,
  rows: AsyncIterable<OrderRow>,
  report: Report,
): Promise<number> {
  const missing = new Set(folded.keys());
  let count = 0;
  for await (const row of rows) {
    count += 1;
    const entity = row.order_id;
    missing.delete(entity);
    const expected = folded.get(entity);
    if (expected) compareRow(table, entity, expected, row, report);
    else report.add({ invariant: 'I4', entity, place: table, what: 'the row', expected: undefined, found: row });
  }
  for (const entity of missing) {
    const expected = expectedRow(folded.get(entity)!);
    report.add({ invariant: 'I4', entity, place: table, what: 'the row', expected, found: undefined });
  }
  return count;
}

function compareRow(table: string, entity: string, folded: FoldedOrder, row: OrderRow, report: Report): void {
  for (const [what, expected] of Object.entries(expectedRow(folded))) {
    const found = foundIn(row, what as keyof OrderRow);
    if (!sameValue(expected, found)) report.add({ invariant: 'I4', entity, place: table, what, expected, found });
  }
}

const TIMES: readonly string[] = ['placed_at', 'updated_at'];

const foundIn = (row: OrderRow, column: keyof OrderRow): unknown =>
  TIMES.includes(column) ? Number(row[column]) : row[column];

/** `pg` gives a bigint as its decimal digits, so money is compared digit by digit. */
function expectedRow({ version, placedAt, updatedAt, order }: FoldedOrder): Record<keyof OrderRow, unknown> {
  const total = order['total'] as { amount: number; currency: string };
  return {
    order_id: order['orderId'],
    version: String(version),
    status: order['status'],
    customer_id: order['customerId'],
    lines: order['lines'],
    total_amount: String(total.amount),
    currency: total.currency,
    reason: order['reason'],
    reason_text: order['reasonText'],
    carrier: order['carrier'],
    tracking_number: order['trackingNumber'],
    placed_at: placedAt,
    updated_at: updatedAt,
  };
}
