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

/** Makes a text once for each schema. */
export const perSchema = onceForEach;

const statementName = onceForEach((text) => hash('sha1', text));

/**
 * A statement that a connection parses and plans once, for texts of which there are few. Planned for any values: for a
 * text that has better plans for some values than for others it is wrong.
 */
export const prepared = (text: string, values: unknown[]) => ({ name: statementName(text), text, values });

function onceForEach(make: (of: string) => string): (of: string) => string {
  const made = new Map<string, string>();
  return (of) => {
    const known = made.get(of);
    if (known !== undefined) return known;
    const fresh = make(of);
    made.set(of, fresh);
    return fresh;
  };
}
