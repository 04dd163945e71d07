import type { Sql } from '../database/projection-sql.ts';

/** A version that was not dropped, as its row says. */
export interface VersionRow {
  readonly projection: string;
  readonly version: number;
  readonly revision: number;
  /** Whether programs of its revision answer from it. */
  readonly isCurrent: boolean;
  readonly isPaused: boolean;
  /** Events a second at most while it is not current; null for as many as can be. */
  readonly rate: number | null;
  /** When its tables were made, as text; they are made again when somebody has dropped one. */
  readonly madeAt: string;
  /** Whether all tables that its migrations made are there. */
  readonly isWhole: boolean;
}

/** Told on this channel when versions or pointers have changed. */
export const VERSIONS_CHANNEL = 'projection_versions';

/** The tables that all projections share: without one of them nothing can be said of any version. */
export const RUNNER_TABLES = [
  'checkpoints',
  'processed_events',
  'processed_events_default',
  'parked_events',
  'discarded_events',
  'versions',
  'current',
];

const ALL_ARE_THERE = RUNNER_TABLES.map((name) => `projections.${name}`).join(', ');

/** All versions of all projections that share the database. Fails when one of the {@link RUNNER_TABLES} is missing. */
export async function listVersions(sql: Sql): Promise<VersionRow[]> {
  const { rows } = await sql.query<VersionRow>(`
    SELECT projection, version, revision, current.version IS NOT NULL AS "isCurrent", paused_at IS NOT NULL AS "isPaused",
      rate, created_at::text AS "madeAt",
      tables IS NOT NULL AND to_regnamespace(quote_ident(projection || '_v' || version)) IS NOT NULL AND NOT EXISTS (
        SELECT FROM unnest(tables) AS name WHERE to_regclass(format('%I.%I', projection || '_v' || version, name)) IS NULL
      ) AS "isWhole"
    FROM projections.versions LEFT JOIN projections.current USING (projection, revision, version)
    WHERE dropped_at IS NULL AND NOT EXISTS (SELECT FROM ${ALL_ARE_THERE} WHERE false)
    ORDER BY projection, version`);
  return rows;
}

/** Tells every process that looks after versions to look again; when the caller's transaction commits. */
export const announceVersions = (sql: Sql): Promise<unknown> =>
  sql.query(`SELECT pg_notify('${VERSIONS_CHANNEL}', '')`);

/** How many events of a version are parked. */
export async function parkedIn(sql: Sql, { projection, version }: VersionRow): Promise<number> {
  const { rows } = await sql.query<{ parked: number | null }>(
    'SELECT sum(parked)::float8 AS parked FROM projections.checkpoints WHERE projection = $1 AND version = $2',
    [projection, version],
  );
  return rows[0]?.parked ?? 0;
}
