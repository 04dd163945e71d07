import type { Sql } from '../database/projection-sql.ts';
import type { Projection, ProjectionVersion } from '../projection.ts';

/**
 * The versions that are current in one transaction, and its connection, shared by several who ask at the same time: their
 * statements go one after the other.
 */
export class Snapshot implements Sql {
  readonly query: Sql['query'];
  readonly #versions: readonly ProjectionVersion[];
  #last: Promise<unknown> = Promise.resolve();
  #failures: unknown[] = [];

  constructor(versions: readonly ProjectionVersion[], sql: Sql) {
    this.#versions = versions;
    const query = sql.query.bind(sql) as (...statement: unknown[]) => Promise<unknown>;
    this.query = ((...statement: unknown[]) => {
      const result = this.#last.then(() => query(...statement));
      this.#last = result.catch((error: unknown) => this.#failures.push(error));
      return result;
    }) as Sql['query'];
  }

  /** Throws for a projection that the snapshot was not taken for: nothing is known of its tokens. */
  versionsOf(projections: readonly Projection[]): ProjectionVersion[] {
    return projections.map(({ name }) => {
      const found = this.#versions.find((version) => version.name === name);
      if (!found) throw new Error(`the snapshot was not taken for the projection ${name}`);
      return found;
    });
  }

  /** After an error PostgreSQL answers nothing more in the transaction, whoever has caught it. @throws the first error */
  throwIfFailed(): void {
    if (this.#failures.length > 0) throw this.#failures[0];
  }
}
