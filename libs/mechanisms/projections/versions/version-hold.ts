import type { Sql } from '../database/projection-sql.ts';
import type { VersionRow } from './versions.ts';

/** After this long without a renewal a hold ends by itself: whoever set it may have died. */
const LEASE = '10 seconds';

interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Keeps a version from reading beyond certain offsets; strictly, as a condition of every move of its checkpoints. */
export class VersionHold {
  readonly #sql: Sql;
  readonly #held: VersionRow;

  constructor(sql: Sql, held: VersionRow) {
    this.#sql = sql;
    this.#held = held;
  }

  /** Where it stands, in every partition that either version reads. */
  async where(other: VersionRow): Promise<void> {
    const { projection, version } = this.#held;
    await this.#sql.query(
      `INSERT INTO projections.checkpoints AS held (projection, version, topic, partition, hold_at, hold_until)
       SELECT $1::text, $2::integer, topic, partition, 0, clock_timestamp() + $4::interval
       FROM projections.checkpoints WHERE projection = $1 AND version IN ($2, $3) GROUP BY topic, partition
       ON CONFLICT (projection, version, topic, partition)
       DO UPDATE SET hold_at = held.next_offset, hold_until = EXCLUDED.hold_until`,
      [projection, version, other.version, LEASE],
    );
  }

  /** Lets it go on up to these offsets. */
  async moveTo(offsets: readonly PartitionOffset[]): Promise<void> {
    const { projection, version } = this.#held;
    for (const { topic, partition, offset } of offsets) {
      await this.#sql.query(
        `UPDATE projections.checkpoints SET hold_at = $5, hold_until = clock_timestamp() + $6::interval
         WHERE projection = $1 AND version = $2 AND topic = $3 AND partition = $4`,
        [projection, version, topic, partition, offset, LEASE],
      );
    }
  }

  async renew(): Promise<void> {
    await this.#set(`hold_until = clock_timestamp() + interval '${LEASE}'`);
  }

  async release(): Promise<void> {
    await this.#set('hold_at = NULL, hold_until = NULL');
  }

  async #set(values: string): Promise<void> {
    const { projection, version } = this.#held;
    await this.#sql.query(
      `UPDATE projections.checkpoints SET ${values} WHERE projection = $1 AND version = $2 AND hold_at IS NOT NULL`,
      [projection, version],
    );
  }
}

/** Where a version stands. */
export async function offsetsOf(sql: Sql, { projection, version }: VersionRow): Promise<PartitionOffset[]> {
  const { rows } = await sql.query<PartitionOffset>(
    `SELECT topic, partition, next_offset::float8 AS offset FROM projections.checkpoints
     WHERE projection = $1 AND version = $2 ORDER BY topic, partition`,
    [projection, version],
  );
  return rows;
}

/** The first partition in which the one has not read as far as the other. */
export function behindIn(
  one: readonly PartitionOffset[],
  other: readonly PartitionOffset[],
): PartitionOffset | undefined {
  const read = new Map(one.map(({ topic, partition, offset }) => [`${topic}-${partition}`, offset]));
  return other.find(({ topic, partition, offset }) => (read.get(`${topic}-${partition}`) ?? 0) < offset);
}
