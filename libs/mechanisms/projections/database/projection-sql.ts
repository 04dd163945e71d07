import { hash } from 'node:crypto';
import type { ClientBase } from 'pg';

/** Where SQL is sent: the connection of one transaction, or the pool. */
export type Sql = Pick<ClientBase, 'query'>;

/** Where SQL about one version of a projection is sent, and the schema that holds its tables. */
export interface ProjectionSql extends Sql {
  readonly schema: string;
}

/** The same connection, for statements about the tables of a schema. */
export const sqlFor = (schema: string, sql: Sql): ProjectionSql => ({
  schema,
  query: sql.query.bind(sql),
});

const names = new Map<string, string>();

/**
 * A statement that a connection parses and plans once, for texts of which there are few. Planned for any values: for a
 * text that has better plans for some values than for others it is wrong.
 */
export function prepared(text: string, values: unknown[]): { name: string; text: string; values: unknown[] } {
  const name = names.get(text) ?? hash('sha1', text);
  names.set(text, name);
  return { name, text, values };
}

/** Makes a text once for each schema. */
export function perSchema(text: (schema: string) => string): (schema: string) => string {
  const texts = new Map<string, string>();
  return (schema) => {
    const known = texts.get(schema) ?? text(schema);
    texts.set(schema, known);
    return known;
  };
}
