import type { ConsistencyToken } from '#mechanisms/event-sourcing/index';
import type { LogRecord } from '#mechanisms/kafka/index';
import { encodeHeaders, headersOf } from '#mechanisms/dead-letters/index';
import { placeOf } from '../batches/checkpoints.ts';
import type { ProjectedPartition } from '../batches/checkpoints.ts';
import { prepared } from '../database/projection-sql.ts';
import type { Sql } from '../database/projection-sql.ts';

/** A record to be put aside. */
export interface Parking {
  readonly record: LogRecord;
  readonly eventId: string | undefined;
  readonly error: string;
  /** The first parked record of the same key; null when this one is at fault. */
  readonly behindOffset: number | null;
}

/** The first parked offset of each key that has any, under {@link keyName}. */
export type Blockers = ReadonlyMap<string, number>;

/** Keys are compared by their bytes. */
export const keyName = (key: Buffer): string => key.toString('latin1');

const MOST_CHARACTERS = 2_000;

/** PostgreSQL keeps no NUL in a text, and nobody reads more. */
export const errorText = (reason: string): string =>
  reason.replaceAll('\0', '\\0').slice(0, MOST_CHARACTERS).toWellFormed();

/** Which of the keys are blocked by parked records of the partition. */
export async function findBlockers(sql: Sql, at: ProjectedPartition, keys: readonly Buffer[]): Promise<Blockers> {
  if (keys.length === 0) return new Map();
  const text = `SELECT key, min(record_offset) AS first FROM projections.parked_events
      WHERE projection = $1 AND version = $2 AND topic = $3 AND partition = $4 AND key = ANY($5::bytea[]) GROUP BY key`;
  const { rows } = await sql.query<{ key: Buffer; first: string }>(prepared(text, [...placeOf(at), keys]));
  return new Map(rows.map(({ key, first }) => [keyName(key), Number(first)]));
}

/** Whether records of the token's entity are parked up to its offset. */
export async function isParked(
  sql: Sql,
  projection: ProjectedPartition['projection'],
  token: ConsistencyToken,
): Promise<boolean> {
  const text = `SELECT FROM projections.parked_events WHERE projection = $1 AND version = $2 AND topic = $3 AND partition = $4
      AND key = $5 AND record_offset <= $6 LIMIT 1`;
  const { rowCount } = await sql.query(
    prepared(text, [...placeOf({ projection, ...token }), Buffer.from(token.entityId), token.offset]),
  );
  return rowCount === 1;
}

/** How many parked records of the partition are at fault, and do not only wait behind others. */
export async function countFaults(sql: Sql, at: ProjectedPartition): Promise<number> {
  const { rows } = await sql.query<{ count: string }>(
    `SELECT count(*) FROM projections.parked_events
     WHERE projection = $1 AND version = $2 AND topic = $3 AND partition = $4 AND behind_offset IS NULL`,
    placeOf(at),
  );
  return Number(rows[0]!.count);
}

/** Writes down records that the caller's transaction counts as parked. */
export async function insertParked(sql: Sql, at: ProjectedPartition, parkings: readonly Parking[]): Promise<void> {
  await sql.query(
    `INSERT INTO projections.parked_events (projection, version, topic, partition, record_offset, record_timestamp,
       key, value, headers, event_id, error, attempts, behind_offset)
     SELECT $1, $2, $3, $4, record_offset, record_timestamp, key, value, headers::json, event_id, error,
       CASE WHEN behind_offset IS NULL THEN 1 ELSE 0 END, behind_offset
     FROM unnest($5::bigint[], $6::bigint[], $7::bytea[], $8::bytea[], $9::text[], $10::uuid[], $11::text[], $12::bigint[])
       AS row (record_offset, record_timestamp, key, value, headers, event_id, error, behind_offset)`,
    [
      ...placeOf(at),
      parkings.map(({ record }) => record.offset),
      parkings.map(({ record }) => safeTimestamp(record.timestamp)),
      parkings.map(({ record }) => record.key),
      parkings.map(({ record }) => record.value),
      parkings.map(({ record }) => JSON.stringify(encodeHeaders(headersOf(record)))),
      parkings.map(({ eventId }) => eventId ?? null),
      parkings.map(({ error }) => errorText(error)),
      parkings.map(({ behindOffset }) => behindOffset),
    ],
  );
}

const safeTimestamp = (timestamp: number): number =>
  Math.min(Math.max(timestamp, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);

/** The parked records of one key, or the one record without a key. */
export interface ParkedEntity extends ProjectedPartition {
  readonly key: Buffer | null;
  /** Of a record without a key. */
  readonly offset: number;
}

/** Finds the rows of an entity, with {@link entityParameters}. */
export const OF_ENTITY = `projection = $1 AND version = $2 AND topic = $3 AND partition = $4
  AND (key = $5 OR ($5::bytea IS NULL AND record_offset = $6))`;

export const entityParameters = (entity: ParkedEntity): unknown[] => [...placeOf(entity), entity.key, entity.offset];
