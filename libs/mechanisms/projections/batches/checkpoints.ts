import { PositionLost } from '#mechanisms/kafka/index';
import { isTaken } from '../database/postgres-errors.ts';
import { prepared } from '../database/projection-sql.ts';
import type { Sql } from '../database/projection-sql.ts';
import { VersionGone } from '../errors.ts';
import type { ProjectionVersion } from '../projection.ts';

/**
 * Records of one topic partition since the projection began. In every snapshot consumed = projected + duplicates + parked
 * + discarded.
 */
export interface EventCounts {
  readonly consumed: number;
  readonly projected: number;
  /** Skipped, because an event with the same id was projected before. */
  readonly duplicates: number;
  /** Standing aside now, see `parked_events`. */
  readonly parked: number;
  /** Were parked, and given up by somebody. */
  readonly discarded: number;
}

/** How far a projection has read a topic partition: the next offset to read, and what it counted up to there. */
export interface Checkpoint extends EventCounts {
  readonly nextOffset: number;
  /** It is not to be moved beyond this for the moment. */
  readonly holdAt?: number;
}

/** A topic partition of one version of a projection. */
export interface ProjectedPartition {
  readonly projection: Pick<ProjectionVersion, 'name' | 'version'>;
  readonly topic: string;
  readonly partition: number;
}

/** The first four parameters of a statement about it. */
export const placeOf = ({ projection: { name, version }, topic, partition }: ProjectedPartition): unknown[] => [
  name,
  version,
  topic,
  partition,
];

/** Told on this channel at every commit: schema, topic, partition and next offset, with spaces between. */
export const CHECKPOINT_CHANNEL = 'projection_checkpoints';

/**
 * Answers the checkpoint of a topic partition, which begins at offset 0.
 * @throws VersionGone when there is no such version (any more)
 */
export async function findCheckpoint(
  sql: Sql,
  { name, version }: ProjectionVersion,
  topic: string,
  partition: number,
): Promise<Checkpoint> {
  const key = [name, version, topic, partition];
  await sql.query(
    `INSERT INTO projections.checkpoints (projection, version, topic, partition)
     SELECT projection, version, $3, $4 FROM projections.versions
     WHERE projection = $1 AND version = $2 AND dropped_at IS NULL FOR SHARE ON CONFLICT DO NOTHING`,
    key,
  );
  const { rows } = await sql.query<CountsRow & { next_offset: string; hold_at: string | null }>(
    `SELECT next_offset, consumed, projected, duplicates, parked, discarded,
       CASE WHEN hold_until > clock_timestamp() THEN hold_at END AS hold_at
     FROM projections.checkpoints
     WHERE projection = $1 AND version = $2 AND topic = $3 AND partition = $4`,
    key,
  );
  const [found] = rows;
  if (!found) throw new VersionGone(name, version);
  const holdAt = found.hold_at === null ? undefined : Number(found.hold_at);
  return { nextOffset: Number(found.next_offset), ...toCounts(found), ...(holdAt !== undefined && { holdAt }) };
}

/** A batch as the checkpoint sees it: the offsets that it covers, the ids of its events, and how many more it parks. */
export interface BatchExtent {
  readonly projection: ProjectionVersion;
  readonly topic: string;
  readonly partition: number;
  readonly fromOffset: number;
  readonly nextOffset: number;
  readonly eventIds: readonly string[];
  readonly parked: number;
}

/** What moving the checkpoint found out; `newIds` is missing when all events are new. */
export interface Claim {
  readonly counts: EventCounts;
  readonly newIds: Set<string> | undefined;
}

/** Events of a batch were projected before, or stand in it twice. */
export class EventsRepeat extends Error {}

/** The row is locked before the ids are inserted, so a stale process never waits for, or holds up, ids of the owner. */
const claim = (onConflict: string): string => `
  WITH held AS MATERIALIZED (
    SELECT FROM projections.checkpoints
    WHERE projection = $1 AND version = $2 AND topic = $3 AND partition = $4 AND next_offset = $5
      AND ($6 <= hold_at OR (hold_until > clock_timestamp()) IS NOT TRUE)
    FOR NO KEY UPDATE
  ), fresh AS (
    INSERT INTO projections.processed_events (event_id, projection, version)
    SELECT event_id, $1, $2 FROM unnest($7::uuid[]) AS event_id WHERE EXISTS (SELECT FROM held)
    ${onConflict} RETURNING event_id
  ), counted AS (
    SELECT count(*) AS new_events, cardinality($7::uuid[]) AS all_events FROM fresh
  ), moved AS (
    UPDATE projections.checkpoints c SET next_offset = $6, updated_at = now(), consumed = consumed + all_events + $10,
      projected = projected + new_events, duplicates = duplicates + all_events - new_events, parked = parked + $10
    FROM held, counted
    WHERE c.projection = $1 AND c.version = $2 AND c.topic = $3 AND c.partition = $4
    RETURNING consumed, projected, duplicates, parked, discarded
  )
  SELECT moved.*, pg_notify($8, $9),
    CASE WHEN new_events < all_events THEN (SELECT coalesce(array_agg(event_id::text), '{}') FROM fresh) END AS new_ids
  FROM moved, counted`;

/** Takes half the time that one takes that must look for each id first. */
const CLAIM_NEW = claim('');
const CLAIM_ANY = claim('ON CONFLICT DO NOTHING');

/**
 * Moves the checkpoint from the batch's first offset past its last and remembers its event ids, in the caller's
 * transaction. Afterwards the row is locked: of two processes that read the same partition one waits for the other.
 * @param mayRepeat whether events may have been projected before
 * @throws PositionLost when the checkpoint does not stand at the batch's first offset, or is held before its last;
 * EventsRepeat when they do though they may not.
 */
export async function claimBatch(sql: Sql, batch: BatchExtent, mayRepeat: boolean): Promise<Claim> {
  const { projection, topic, partition, fromOffset, nextOffset, eventIds, parked } = batch;
  const values = [
    projection.name,
    projection.version,
    topic,
    partition,
    fromOffset,
    nextOffset,
    eventIds,
    CHECKPOINT_CHANNEL,
    `${projection.schema} ${topic} ${partition} ${nextOffset}`,
    parked,
  ];
  const claiming = sql.query<CountsRow & { new_ids: string[] | null }>(
    prepared(mayRepeat ? CLAIM_ANY : CLAIM_NEW, values),
  );
  const { rows } = await claiming.catch((error: unknown) => {
    throw !mayRepeat && isTaken(error) ? new EventsRepeat() : error;
  });
  const moved = rows[0];
  if (!moved) throw new PositionLost(`${projection.schema}: ${topic}-${partition} is not at offset ${fromOffset}`);
  return { counts: toCounts(moved), newIds: moved.new_ids ? new Set(moved.new_ids) : undefined };
}

/** What became of parked records; counts of records. */
export interface Settled {
  readonly projected: number;
  readonly duplicates: number;
  readonly discarded: number;
}

/**
 * Locks a checkpoint until the end of the caller's transaction: a batch of the partition is committed before or after.
 * The lock is the one that a batch takes.
 */
export async function lockCheckpoint(sql: Sql, at: ProjectedPartition): Promise<void> {
  await sql.query(
    `SELECT FROM projections.checkpoints WHERE projection = $1 AND version = $2 AND topic = $3 AND partition = $4
     FOR NO KEY UPDATE`,
    placeOf(at),
  );
}

/** Counts parked records as what has become of them. */
export async function settleParked(
  sql: Sql,
  at: ProjectedPartition,
  { projected, duplicates, discarded }: Settled,
): Promise<void> {
  await sql.query(
    `UPDATE projections.checkpoints SET updated_at = now(), parked = parked - $5 - $6 - $7,
       projected = projected + $5, duplicates = duplicates + $6, discarded = discarded + $7
     WHERE projection = $1 AND version = $2 AND topic = $3 AND partition = $4`,
    [...placeOf(at), projected, duplicates, discarded],
  );
}

/** The counts of all partitions of a projection, by `<topic>-<partition>`. */
export async function countsOf(sql: Sql, { name, version }: ProjectionVersion): Promise<Map<string, EventCounts>> {
  const { rows } = await sql.query<CountsRow & { topic: string; partition: number }>(
    `SELECT topic, partition, consumed, projected, duplicates, parked, discarded FROM projections.checkpoints
     WHERE projection = $1 AND version = $2`,
    [name, version],
  );
  return new Map(rows.map((row) => [`${row.topic}-${row.partition}`, toCounts(row)]));
}

type CountsRow = Readonly<Record<keyof EventCounts, string>>;

const toCounts = ({ consumed, projected, duplicates, parked, discarded }: CountsRow): EventCounts => ({
  consumed: Number(consumed),
  projected: Number(projected),
  duplicates: Number(duplicates),
  parked: Number(parked),
  discarded: Number(discarded),
});
