/** Adds a value to a statement and answers its parameter. */
type Parameter = (value: unknown) => string;

/**
 * The orders that a search finds, as `found (order_id, rank)`: they hold the text, or all of its words in any order, in the
 * names and skus of their lines or in their customer's name, or the text in their tracking number; in any case. The rank is
 * made of the lines alone, because they never change: an order has the same place among the others on every page.
 */
export function ordersFound(search: string, parameter: Parameter): string {
  const text = parameter(search);
  const part = parameter(`%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
  const holds = (column: string): string =>
    `(${column} ILIKE ${part} OR ${wordsOf(column)} @@ plainto_tsquery('simple', ${text}))`;
  return `(
    SELECT placed.entity_id AS order_id,
      round(1000 * (word_similarity(${text}, ${PLACED_WORDS})
        + ts_rank(${wordsOf(PLACED_WORDS)}, plainto_tsquery('simple', ${text}))))::int AS rank
    FROM order_history_v1.events AS placed
    WHERE placed.version = 1 AND placed.entity_id IN (
      SELECT placed.entity_id FROM order_history_v1.events AS placed
      WHERE placed.type = 'OrderPlaced' AND ${holds(PLACED_WORDS)}
      UNION ALL
      SELECT shipped.entity_id FROM order_history_v1.events AS shipped
      WHERE shipped.type = 'OrderShipped' AND shipped.data ->> 'trackingNumber' ILIKE ${part}
      UNION ALL
      SELECT orders.order_id FROM orders_v1.customers JOIN orders_v1.orders USING (customer_id)
      WHERE ${holds('customers.name')}
    )
  ) AS found`;
}

const PLACED_WORDS = 'order_history_v1.words(placed.data)';
const wordsOf = (column: string): string => `to_tsvector('simple', ${column})`;
