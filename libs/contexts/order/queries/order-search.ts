/** Adds a value to a statement and answers its parameter. */
type Parameter = (value: unknown) => string;

/** The schemas of the two projections that a search reads. */
interface SearchedSchemas {
  readonly orders: string;
  readonly history: string;
}

/**
 * The orders that a search finds, as `found (order_id, rank)`: they hold the text, or all of its words in any order, in the
 * names and skus of their lines or in their customer's name, or the text in their tracking number; in any case. The rank is
 * made of the lines alone, because they never change: an order has the same place among the others on every page.
 */
export function ordersFound(search: string, parameter: Parameter, { orders, history }: SearchedSchemas): string {
  const text = parameter(search);
  const part = parameter(`%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
  const query = `plainto_tsquery('simple', ${text})`;
  return `(
    SELECT placed.entity_id AS order_id,
      round(1000 * (word_similarity(${text}, placed.words) + ts_rank(placed.word_vector, ${query})))::int AS rank
    FROM ${history}.events AS placed
    WHERE placed.version = 1 AND placed.entity_id IN (
      SELECT placed.entity_id FROM ${history}.events AS placed
      WHERE placed.type = 'OrderPlaced' AND (placed.words ILIKE ${part} OR placed.word_vector @@ ${query})
      UNION ALL
      SELECT shipped.entity_id FROM ${history}.events AS shipped
      WHERE shipped.type = 'OrderShipped' AND shipped.data ->> 'trackingNumber' ILIKE ${part}
      UNION ALL
      SELECT orders.order_id FROM ${orders}.customers JOIN ${orders}.orders USING (customer_id)
      WHERE customers.name ILIKE ${part} OR to_tsvector('simple', customers.name) @@ ${query}
    )
  ) AS found`;
}
