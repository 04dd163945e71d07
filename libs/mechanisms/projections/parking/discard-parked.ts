import type { Pool } from 'pg';
import type { Discarding } from '#mechanisms/dead-letters/index';
import { lockCheckpoint, placeOf, settleParked } from '../batches/checkpoints.ts';
import { inTransaction } from '../database/transaction.ts';
import { entityParameters, OF_ENTITY } from './parked-events.ts';
import type { ParkedEntity } from './parked-events.ts';

const COLUMNS = `projection, version, topic, partition, record_offset, record_timestamp, key, value, headers, event_id, error,
  attempts, first_failed_at, last_failed_at`;

/**
 * Moves a parked record to `discarded_events`. Answers how many of its entity stay parked, to be redriven;
 * undefined when it is not there any more, and nothing was changed.
 */
export function discardParked(pool: Pool, record: ParkedEntity, by: Discarding): Promise<number | undefined> {
  return inTransaction(pool, 'BEGIN', async (sql) => {
    await lockCheckpoint(sql, record);
    const { rowCount } = await sql.query(
      `WITH gone AS (
         DELETE FROM projections.parked_events
         WHERE projection = $1 AND version = $2 AND topic = $3 AND partition = $4 AND record_offset = $5 RETURNING *
       )
       INSERT INTO projections.discarded_events (${COLUMNS}, discarded_by, reason) SELECT ${COLUMNS}, $6, $7 FROM gone`,
      [...placeOf(record), record.offset, by.by, by.reason],
    );
    if (rowCount === 0) return undefined;
    await settleParked(sql, record, { projected: 0, duplicates: 0, discarded: 1 });
    const { rows } = await sql.query<{ left: string }>(
      `SELECT count(*) AS left FROM projections.parked_events WHERE ${OF_ENTITY}`,
      entityParameters(record),
    );
    return Number(rows[0]!.left);
  });
}
