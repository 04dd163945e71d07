import type { ProjectionSql } from '#mechanisms/projections/index';

interface Snapshot<State> {
  readonly version: number;
  readonly state: State;
}

/** The states of entities at every n-th version. */
export class Snapshots<State> {
  readonly #every: number;

  constructor(every: number) {
    this.#every = every;
  }

  isDueAt(version: number): boolean {
    return version % this.#every === 0;
  }

  async save(
    sql: ProjectionSql,
    { entityId, version, state }: Snapshot<State> & { readonly entityId: string },
  ): Promise<void> {
    await sql.query(`INSERT INTO ${sql.schema}.snapshots (entity_id, version, state) VALUES ($1, $2, $3)`, [
      entityId,
      version,
      JSON.stringify(state),
    ]);
  }

  /** The newest that is not newer than a version. */
  async nearest(sql: ProjectionSql, entityId: string, version: number): Promise<Snapshot<State> | undefined> {
    const { rows } = await sql.query<{ version: string; state: State }>(
      `SELECT version, state FROM ${sql.schema}.snapshots WHERE entity_id = $1 AND version <= $2
       ORDER BY version DESC LIMIT 1`,
      [entityId, version],
    );
    return rows[0] && { version: Number(rows[0].version), state: rows[0].state };
  }
}
