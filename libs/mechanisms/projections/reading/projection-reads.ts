import type { Pool, QueryResult } from 'pg';
import type { ConsistencyToken } from '#mechanisms/event-sourcing/index';
import type { Postgres } from '../database/postgres.ts';
import { isMissing, isTransient } from '../database/postgres-errors.ts';
import { sqlFor } from '../database/projection-sql.ts';
import type { ProjectionSql, Sql } from '../database/projection-sql.ts';
import { inTransaction } from '../database/transaction.ts';
import { EntityParked, NotCaughtUp, ReadModelUnavailable } from '../errors.ts';
import { isParked } from '../parking/parked-events.ts';
import type { Projection, ProjectionVersion } from '../projection.ts';
import type { CheckpointWatch } from './checkpoint-watch.ts';
import { currentAmong, SELECT_CURRENT } from './current-versions.ts';
import type { CurrentRow } from './current-versions.ts';
import { Snapshot } from './snapshot.ts';

/** How new an answer must be, and how long it may take to become so. */
export interface Freshness {
  readonly tokens: readonly ConsistencyToken[];
  /** Milliseconds; 0 asks once. */
  readonly waitMs: number;
  /** Of {@link ProjectionReads.inSnapshot}. */
  readonly snapshot?: Snapshot;
}

/** For each of some projections, where SQL about it is sent. */
type Tables<P extends readonly Projection[]> = { [K in keyof P]: ProjectionSql };

interface Awaited {
  readonly version: ProjectionVersion;
  readonly token: ConsistencyToken;
}

/** One message to the server, so that a token that was passed long ago costs one round trip more. */
const BEGIN_AND_CHECK = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${SELECT_CURRENT}`;

type Begun = [begin: QueryResult, current: QueryResult<CurrentRow>];

/** How old the knowledge of which version is current may be where nothing asks for more: a switch has no urgency. */
const POINTERS_LAST_MS = 100;

/** Answers questions from the tables of current versions, no older than the tokens that come with them. */
export class ProjectionReads {
  readonly #pool: Pool;
  readonly #watch: CheckpointWatch;
  #known: { readonly rows: readonly CurrentRow[]; readonly at: number } | undefined;

  constructor(postgres: Postgres, watch: CheckpointWatch) {
    this.#pool = postgres.pool;
    this.#watch = watch;
  }

  /**
   * Runs `query`, which gets what it asks of each of the `projections` in their order, once the current version of each
   * has passed the tokens of its topics. Which version is current, the check and the answer share one snapshot. Tokens of
   * topics that none of them reads, and tokens with offset -1, hold trivially. A question about one projection without
   * any other token runs on the pool, each statement with a snapshot of its own, and may be answered by a version that was
   * current up to 100 ms ago. `query` may run more than once.
   * @throws EntityParked when a token's entity has parked records up to its offset; NotCaughtUp after `waitMs`;
   * ReadModelUnavailable when PostgreSQL is not there, or nothing is current yet.
   */
  read<T, const P extends readonly Projection[]>(
    projections: P,
    freshness: Freshness,
    query: (...tables: Tables<P>) => Promise<T>,
  ): Promise<T> {
    return this.#answer(projections, freshness, (versions, sql) =>
      query(...(versions.map(({ schema }) => sqlFor(schema, sql)) as unknown as Tables<P>)),
    );
  }

  /**
   * Runs `work` with a freshness for the queries that it sends. With tokens, all of them read one snapshot in which each of
   * the `projections` has passed the tokens of its topics, and they must read no others; their statements wait for each
   * other, and when one fails, all fails. Without, each reads on its own. `work` may run more than once.
   * @throws as {@link read}
   */
  inSnapshot<T>(
    projections: readonly Projection[],
    freshness: Freshness,
    work: (freshness: Freshness) => Promise<T>,
  ): Promise<T> {
    if (freshness.tokens.length === 0) return work(freshness);
    return this.#answer(projections, freshness, async (versions, sql) => {
      const snapshot = new Snapshot(versions, sql);
      const result = await work({ tokens: [], waitMs: 0, snapshot });
      snapshot.throwIfFailed();
      return result;
    });
  }

  async #answer<T>(
    projections: readonly Projection[],
    { tokens, waitMs, snapshot }: Freshness,
    ask: Ask<T>,
  ): Promise<T> {
    // whoever took the snapshot sees to what fails in it
    if (snapshot) return ask(snapshot.versionsOf(projections), snapshot);
    const deadline = performance.now() + waitMs;
    try {
      if (projections.length === 1 && awaitedBy(projections, tokens).length === 0)
        return await this.#plain(projections, ask);
      for (;;) {
        const answer = await again(() => this.#snapshot(projections, tokens, ask));
        if ('value' in answer) return answer.value;
        await this.#wait(answer.missing, deadline, waitMs);
      }
    } catch (error) {
      if (isTransient(error) || isMissing(error)) throw new ReadModelUnavailable(error);
      throw error;
    }
  }

  async #plain<T>(projections: readonly Projection[], ask: Ask<T>): Promise<T> {
    if (this.#known === undefined || performance.now() - this.#known.at > POINTERS_LAST_MS) await this.#lookUp();
    return again(
      () => ask(currentAmong(this.#known!.rows, projections), this.#pool),
      () => this.#lookUp(),
    );
  }

  async #lookUp(): Promise<void> {
    const at = performance.now();
    const { rows } = await this.#pool.query<CurrentRow>(SELECT_CURRENT);
    this.#known = { rows, at };
  }

  async #wait({ version, token }: Awaited, deadline: number, waitMs: number): Promise<void> {
    const remainingMs = deadline - performance.now();
    if (remainingMs > 0 && (await this.#watch.passed(version, token, remainingMs))) return;
    throw new NotCaughtUp(token, waitMs);
  }

  #snapshot<T>(
    projections: readonly Projection[],
    tokens: readonly ConsistencyToken[],
    ask: Ask<T>,
  ): Promise<{ value: T } | { missing: Awaited }> {
    return inTransaction(this.#pool, BEGIN_AND_CHECK, async (sql, begun) => {
      const [, { rows }] = begun as Begun;
      const versions = currentAmong(rows, projections);
      const awaited = awaitedBy(versions, tokens);
      for (const one of awaited) await refuseParked(sql, rows, one);
      const missing = awaited.find((one) => !hasPassed(rows, one));
      return missing ? { missing } : { value: await ask(versions, sql) };
    });
  }
}

/** A version may be dropped between the look that finds it current and the statement: then the next look finds another. */
async function again<T>(attempt: () => Promise<T>, lookUp?: () => Promise<void>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!isMissing(error)) throw error;
    await lookUp?.();
    return attempt();
  }
}

type Ask<T> = (versions: readonly ProjectionVersion[], sql: Sql) => Promise<T>;

/** Each projection with each token of its topics. */
function awaitedBy<P extends Projection>(
  projections: readonly P[],
  tokens: readonly ConsistencyToken[],
): { version: P; token: ConsistencyToken }[] {
  return projections.flatMap((version) => {
    const topics = new Set(version.sources.map(({ events }) => events.topic));
    return tokens.filter(({ topic, offset }) => offset >= 0 && topics.has(topic)).map((token) => ({ version, token }));
  });
}

const checkpointOf = (rows: readonly CurrentRow[], { version, token }: Awaited): CurrentRow | undefined =>
  rows.find(
    ({ projection, version: number, topic, partition }) =>
      projection === version.name &&
      number === version.version &&
      topic === token.topic &&
      partition === token.partition,
  );

function hasPassed(rows: readonly CurrentRow[], awaited: Awaited): boolean {
  const found = checkpointOf(rows, awaited);
  return found !== undefined && Number(found.next_offset) > awaited.token.offset;
}

async function refuseParked(sql: Sql, rows: readonly CurrentRow[], awaited: Awaited): Promise<void> {
  const { version, token } = awaited;
  if (!(Number(checkpointOf(rows, awaited)?.parked) > 0)) return;
  if (await isParked(sql, version, token)) throw new EntityParked(token);
}
