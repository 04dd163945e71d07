import type { Sql } from '../database/projection-sql.ts';
import { listVersions } from './versions.ts';
import type { VersionRow } from './versions.ts';

/** A version, and how far it has read its topics. */
export interface VersionProgress extends VersionRow {
  /** Events read since it was made. */
  readonly consumed: number;
  /** Events that stand aside, see `factstream dlq`. */
  readonly parked: number;
  readonly offsets: readonly { readonly topic: string; readonly partition: number; readonly offset: number }[];
}

/** Every version of every projection, as of one moment. */
export async function progressOfVersions(sql: Sql): Promise<VersionProgress[]> {
  await sql.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const versions = await listVersions(sql);
  const { rows } = await sql.query<CheckpointRow>(
    `SELECT projection, version, topic, partition, next_offset::float8 AS offset, consumed::float8 AS consumed,
       parked::float8 AS parked
     FROM projections.checkpoints ORDER BY topic, partition`,
  );
  await sql.query('COMMIT');
  return versions.map((row) => {
    const own = rows.filter(({ projection, version }) => projection === row.projection && version === row.version);
    return {
      ...row,
      consumed: own.reduce((sum, { consumed }) => sum + consumed, 0),
      parked: own.reduce((sum, { parked }) => sum + parked, 0),
      offsets: own.map(({ topic, partition, offset }) => ({ topic, partition, offset })),
    };
  });
}

interface CheckpointRow {
  readonly projection: string;
  readonly version: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly consumed: number;
  readonly parked: number;
}
