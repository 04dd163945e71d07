import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import type { ProjectorParts } from '../batches/batch-projector.ts';
import { lockCheckpoint, settleParked } from '../batches/checkpoints.ts';
import { readEvents } from '../batches/read-events.ts';
import { isBlameless } from '../database/postgres-errors.ts';
import { sqlFor } from '../database/projection-sql.ts';
import type { Sql } from '../database/projection-sql.ts';
import { inTransaction } from '../database/transaction.ts';
import { messageOf } from '../errors.ts';
import { HandlerFailure } from '../project-events.decorator.ts';
import { entityParameters, errorText, OF_ENTITY } from './parked-events.ts';
import type { ParkedEntity } from './parked-events.ts';
import { toLetterRecord, toLogRecord } from './stored-letters.ts';
import type { StoredLetter } from './stored-letters.ts';

/** Counts of records. */
export interface RedrivenEntity {
  readonly projected: number;
  readonly duplicates: number;
  /** Still parked. */
  readonly left: number;
  readonly failed?: FailedRecord;
}

interface FailedRecord {
  readonly offset: number;
  readonly error: string;
}

type Applied = 'projected' | 'duplicates' | FailedRecord;

/** How many records are settled in one transaction, for which a batch of their partition waits. */
const AT_ONCE = 500;

/** Ends the transaction of a dry run. */
class DryRun extends Error {
  readonly outcome: RedrivenEntity;

  constructor(outcome: RedrivenEntity) {
    super('a dry run');
    this.outcome = outcome;
  }
}

/**
 * Applies the parked records of an entity, in order, as the projection does with new ones, and stops at the first that
 * fails again. A transaction settles 500 at most, under the lock of the partition's checkpoint: a batch comes before or
 * after it, and what that brings of the entity parks behind as long as anything is left. A dry run looks at one transaction.
 * @throws errors of PostgreSQL that are no fault of the records; the transaction that throws has changed nothing
 */
export async function redriveEntity(
  parts: ProjectorParts,
  entity: ParkedEntity,
  dryRun: boolean,
): Promise<RedrivenEntity> {
  let [projected, duplicates] = [0, 0];
  for (;;) {
    const outcome = await redriveSome(parts, entity, dryRun);
    projected += outcome.projected;
    duplicates += outcome.duplicates;
    if (outcome.left === 0 || outcome.failed || dryRun) return { ...outcome, projected, duplicates };
  }
}

async function redriveSome(parts: ProjectorParts, entity: ParkedEntity, dryRun: boolean): Promise<RedrivenEntity> {
  // ranges of event ids cannot be made once the checkpoint is locked
  await parts.processed.makeRoomFor((await findRows(parts.pool, entity)).flatMap(({ event_id }) => event_id ?? []));
  try {
    return await inTransaction(parts.pool, 'BEGIN', async (sql) => {
      await lockCheckpoint(sql, entity);
      const outcome = await settle(parts, entity, sql);
      if (dryRun) throw new DryRun(outcome);
      return outcome;
    });
  } catch (error) {
    if (error instanceof DryRun) return error.outcome;
    throw error;
  }
}

async function settle(parts: ProjectorParts, entity: ParkedEntity, sql: Sql): Promise<RedrivenEntity> {
  const counts = { projected: 0, duplicates: 0, discarded: 0 };
  let [settledTo, failed]: [number, FailedRecord | undefined] = [-1, undefined];
  for (const row of await findRows(sql, entity)) {
    const applied = await applyRow(parts, entity, row, sql);
    if (typeof applied === 'object') {
      failed = applied;
      break;
    }
    counts[applied] += 1;
    settledTo = Number(row.record_offset);
  }
  const parameters = entityParameters(entity);
  await sql.query(`DELETE FROM projections.parked_events WHERE ${OF_ENTITY} AND record_offset <= $7`, [
    ...parameters,
    settledTo,
  ]);
  await settleParked(sql, entity, counts);
  const { rowCount } = await sql.query(
    `UPDATE projections.parked_events SET
       behind_offset = CASE WHEN record_offset > $7 THEN $7 WHEN record_offset < $7 THEN behind_offset END,
       attempts = attempts + (record_offset = $7)::int, error = CASE WHEN record_offset = $7 THEN $8 ELSE error END,
       last_failed_at = CASE WHEN record_offset = $7 THEN now() ELSE last_failed_at END
     WHERE ${OF_ENTITY}`,
    [...parameters, failed?.offset ?? -1, failed?.error ?? ''],
  );
  const { projected, duplicates } = counts;
  return { projected, duplicates, left: rowCount!, ...(failed && { failed }) };
}

async function applyRow(parts: ProjectorParts, entity: ParkedEntity, row: StoredLetter, sql: Sql): Promise<Applied> {
  const { topic, partition } = entity;
  const record = toLogRecord(toLetterRecord(row));
  const { offset } = record;
  const batch = { topic, partition, records: [record], fromOffset: offset, nextOffset: offset + 1 };
  const { events, faults, unreadable } = readEvents(batch, parts.sources.get(topic)!);
  const [event] = events;
  if (!event) return { offset, error: errorText(faults[0]?.reason ?? messageOf(unreadable)) };
  await sql.query('SAVEPOINT record');
  try {
    const outcome = await applyEvent(parts, event, sql);
    await sql.query('RELEASE SAVEPOINT record');
    return outcome;
  } catch (failure) {
    if (!(failure instanceof HandlerFailure)) throw failure;
    const { error } = failure;
    if (isBlameless(error)) throw error;
    await sql.query('ROLLBACK TO SAVEPOINT record');
    return { offset, error: errorText(messageOf(error)) };
  }
}

async function applyEvent({ projection, sources }: ProjectorParts, event: RecordedEvent, sql: Sql): Promise<Applied> {
  const { name, version, schema } = projection;
  const { rowCount } = await sql.query(
    `INSERT INTO projections.processed_events (event_id, projection, version) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [event.meta.eventId, name, version],
  );
  if (rowCount === 0) return 'duplicates';
  await sources.get(event.topic)!.apply([event], sqlFor(schema, sql));
  return 'projected';
}

async function findRows(sql: Sql, entity: ParkedEntity): Promise<StoredLetter[]> {
  const { rows } = await sql.query<StoredLetter>(
    `SELECT * FROM projections.parked_events WHERE ${OF_ENTITY} ORDER BY record_offset LIMIT ${AT_ONCE}`,
    entityParameters(entity),
  );
  return rows;
}
