import type { Pool, QueryResult } from 'pg';
import type { ConsistencyToken } from '#mechanisms/event-sourcing/index';
import type { CheckpointWatch } from './checkpoint-watch.ts';
import { EntityParked, NotCaughtUp, ReadModelUnavailable } from './errors.ts';
import { isParked } from './parked-events.ts';
import { isMissing, isTransient } from './postgres-errors.ts';
import type { Postgres } from './postgres.ts';
import { sqlFor } from './projection-sql.ts';
import type { ProjectionSql, Sql } from './projection-sql.ts';
import { versionOf } from './projection.ts';
import type { Projection, ProjectionVersion } from './projection.ts';
import { inTransaction } from './transaction.ts';

/** How new an answer must be, and how long it may take to become so. */
export interface Freshness {
  readonly tokens: readonly ConsistencyToken[];
  /** Milliseconds; 0 asks once. */
  readonly waitMs: number;
}

/** For each of some projections, where SQL about it is sent. */
type Tables<P extends readonly Projection[]> = { [K in keyof P]: ProjectionSql };

interface Awaited {
  readonly projection: ProjectionVersion;
  readonly token: ConsistencyToken;
}

interface CheckpointRow {
  readonly projection: string;
  readonly version: number;
  readonly topic: string;
  readonly partition: number;
  readonly next_offset: string;
  readonly parked: string;
}

/** One message to the server, so that a token that was passed long ago costs one round trip more. */
const BEGIN_AND_CHECK = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
  SELECT projection, version, topic, partition, next_offset, parked FROM projections.checkpoints`;

type Begun = [begin: QueryResult, checkpoints: QueryResult<CheckpointRow>];

/** Answers questions from the tables of projections, no older than the tokens that come with them. */
export class ProjectionReads {
  readonly #pool: Pool;
  readonly #watch: CheckpointWatch;

  constructor(postgres: Postgres, watch: CheckpointWatch) {
    this.#pool = postgres.pool;
    this.#watch = watch;
  }

  /**
   * Runs `query`, which gets what it asks of each of the `projections` in their order, once each of them has passed the tokens of its topics. Check and answer
   * share one snapshot. Tokens of topics that none of them reads, and tokens with offset -1, hold trivially; without
   * any other, `query` runs on the pool, each statement with a snapshot of its own. `query` may run more than once.
   * @throws EntityParked when a token's entity has parked records up to its offset; NotCaughtUp after `waitMs`;
   * ReadModelUnavailable when PostgreSQL is not there or not prepared yet.
   */
  async read<T, const P extends readonly Projection[]>(
    projections: P,
    { tokens, waitMs }: Freshness,
    query: (...tables: Tables<P>) => Promise<T>,
  ): Promise<T> {
    const versions = projections.map((one) => versionOf(one, 1));
    const ask = (sql: Sql) => query(...(versions.map(({ schema }) => sqlFor(schema, sql)) as unknown as Tables<P>));
    const awaited = versions.flatMap((projection) => awaitedBy(projection, tokens));
    const deadline = performance.now() + waitMs;
    try {
      if (awaited.length === 0) return await ask(this.#pool);
      for (;;) {
        const answer = await this.#snapshot(awaited, ask);
        if ('value' in answer) return answer.value;
        await this.#wait(answer.missing, deadline, waitMs);
      }
    } catch (error) {
      if (isTransient(error) || isMissing(error)) throw new ReadModelUnavailable(error);
      throw error;
    }
  }

  async #wait({ projection, token }: Awaited, deadline: number, waitMs: number): Promise<void> {
    const remainingMs = deadline - performance.now();
    if (remainingMs > 0 && (await this.#watch.passed(projection, token, remainingMs))) return;
    throw new NotCaughtUp(token, waitMs);
  }

  #snapshot<T>(
    awaited: readonly Awaited[],
    query: (sql: Sql) => Promise<T>,
  ): Promise<{ value: T } | { missing: Awaited }> {
    return inTransaction(this.#pool, BEGIN_AND_CHECK, async (sql, begun) => {
      const [, { rows }] = begun as Begun;
      for (const one of awaited) await refuseParked(sql, rows, one);
      const missing = awaited.find((one) => !hasPassed(rows, one));
      return missing ? { missing } : { value: await query(sql) };
    });
  }
}

function awaitedBy(projection: ProjectionVersion, tokens: readonly ConsistencyToken[]): Awaited[] {
  const topics = new Set(projection.sources.map(({ events }) => events.topic));
  return tokens.filter(({ topic, offset }) => offset >= 0 && topics.has(topic)).map((token) => ({ projection, token }));
}

const checkpointOf = (rows: readonly CheckpointRow[], { projection, token }: Awaited): CheckpointRow | undefined =>
  rows.find(
    ({ projection: name, version, topic, partition }) =>
      name === projection.name &&
      version === projection.version &&
      topic === token.topic &&
      partition === token.partition,
  );

function hasPassed(rows: readonly CheckpointRow[], awaited: Awaited): boolean {
  const found = checkpointOf(rows, awaited);
  return found !== undefined && Number(found.next_offset) > awaited.token.offset;
}

async function refuseParked(sql: Sql, rows: readonly CheckpointRow[], awaited: Awaited): Promise<void> {
  const { projection, token } = awaited;
  if (!(Number(checkpointOf(rows, awaited)?.parked) > 0)) return;
  if (await isParked(sql, projection, token)) throw new EntityParked(token);
}
