import type { Pool } from 'pg';
import type {
  DeadLetter,
  DeadLetterFilter,
  DeadLetterRecord,
  DeadLetters,
  Discarded,
  Discarding,
  Redriven,
} from '#mechanisms/dead-letters/index';
import type { ProjectorParts } from '../batches/batch-projector.ts';
import { placeOf } from '../batches/checkpoints.ts';
import type { ProjectionVersion } from '../projection.ts';
import { discardParked } from './discard-parked.ts';
import type { ParkedEntity } from './parked-events.ts';
import { redriveEntity } from './redrive-entity.ts';
import { toLetter, toLetterRecord } from './stored-letters.ts';
import type { StoredLetter } from './stored-letters.ts';

type VersionName = Pick<ProjectionVersion, 'name' | 'version'>;

const PAGE = 50;
const WITHOUT_BYTES = `projection, version, topic, partition, record_offset, record_timestamp, key, NULL::bytea AS value,
  '{}'::json AS headers, event_id, error, attempts, first_failed_at, last_failed_at, behind_offset`;

/** The parked records of all projections in a database. Redriving needs the code of the version that parked them. */
export class ProjectionDeadLetters implements DeadLetters {
  readonly #pool: Pool;
  readonly #partsOf: (version: VersionName) => Promise<ProjectorParts>;

  /** `partsOf` throws when it has no code for a version. */
  constructor(pool: Pool, partsOf: (version: VersionName) => Promise<ProjectorParts>) {
    this.#pool = pool;
    this.#partsOf = partsOf;
  }

  async *list(filter: DeadLetterFilter): AsyncGenerator<DeadLetter> {
    for await (const row of this.#rows<StoredLetter>(filter, WITHOUT_BYTES)) yield toLetter(row);
  }

  async *show(filter: DeadLetterFilter): AsyncGenerator<DeadLetterRecord> {
    for await (const row of this.#rows<StoredLetter>(filter, '*')) yield toLetterRecord(row);
  }

  async *redrive(filter: DeadLetterFilter, dryRun: boolean): AsyncGenerator<Redriven> {
    for (const { projection, version, ...found } of await this.#entities(filter)) {
      const parts = await this.#partsOf({ name: projection, version });
      const entity: ParkedEntity = { ...found, offset: Number(found.offset), projection: parts.projection };
      const { projected: applied, duplicates, left, failed } = await redriveEntity(parts, entity, dryRun);
      const { topic, partition, key } = entity;
      const at = { consumer: parts.projection.schema, topic, partition, entity: key && key.toString() };
      yield { ...at, applied, duplicates, left, ...(failed && { failed }) };
    }
  }

  async *discard(filter: DeadLetterFilter, discarding: Discarding, dryRun: boolean): AsyncGenerator<Discarded> {
    const found = `${WITHOUT_BYTES}, (SELECT count(*) - 1 FROM projections.parked_events other
      WHERE (other.projection, other.version, other.topic, other.partition, other.key)
        = (p.projection, p.version, p.topic, p.partition, p.key)) AS left`;
    for await (const { left, ...row } of this.#rows<StoredLetter & { left: string }>(filter, found)) {
      if (row.behind_offset !== null) continue;
      const letter = toLetter(row);
      const { topic, partition, offset } = letter;
      const projection = { name: row.projection, version: row.version };
      const now = dryRun
        ? Math.max(Number(left), 0)
        : await discardParked(this.#pool, { projection, topic, partition, key: row.key, offset }, discarding);
      if (now !== undefined) yield { letter, left: now };
    }
  }

  async *#rows<Row extends StoredLetter>(filter: DeadLetterFilter, columns: string): AsyncGenerator<Row> {
    let after: unknown[] = ['', 0, '', 0, -1];
    for (let found = PAGE; found === PAGE;) {
      const { condition, parameters } = conditionOf(filter, after);
      const { rows } = await this.#pool.query<Row>(
        `SELECT ${columns} FROM projections.parked_events p
         WHERE (projection, version, topic, partition, record_offset) > ($1, $2, $3, $4, $5) AND ${condition}
         ORDER BY projection, version, topic, partition, record_offset LIMIT ${PAGE}`,
        parameters,
      );
      yield* rows;
      found = rows.length;
      const last = rows.at(-1);
      if (last) {
        const { projection: name, version, topic, partition, record_offset } = last;
        after = [...placeOf({ projection: { name, version }, topic, partition }), record_offset];
      }
    }
  }

  async #entities(filter: DeadLetterFilter): Promise<FoundEntity[]> {
    const { condition, parameters } = conditionOf(filter, []);
    const { rows } = await this.#pool.query<FoundEntity>(
      `SELECT projection, version, topic, partition, key, min(record_offset) AS offset FROM projections.parked_events
       WHERE ${condition}
       GROUP BY projection, version, topic, partition, key, CASE WHEN key IS NULL THEN record_offset END
       ORDER BY projection, version, topic, partition, min(record_offset)`,
      parameters,
    );
    return rows;
  }
}

interface FoundEntity {
  readonly projection: string;
  readonly version: number;
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer | null;
  readonly offset: string;
}

/** A condition whose parameters follow others. */
function conditionOf({ consumer, topic, entity, error, since, until }: DeadLetterFilter, others: readonly unknown[]) {
  const parameters = [...others];
  const conditions: string[] = [];
  const add = (condition: (parameter: string) => string, value: unknown): void => {
    if (value === undefined) return;
    parameters.push(value);
    conditions.push(condition(`$${parameters.length}`));
  };
  add((name) => `(projection = ${name} OR projection || '_v' || version = ${name})`, consumer);
  add((name) => `topic = ${name}`, topic);
  add((key) => `key = ${key}`, entity === undefined ? undefined : Buffer.from(entity));
  add((part) => `strpos(lower(error), lower(${part})) > 0`, error);
  add((time) => `first_failed_at >= ${time}`, since);
  add((time) => `first_failed_at < ${time}`, until);
  return { condition: conditions.length > 0 ? conditions.join(' AND ') : 'true', parameters };
}
