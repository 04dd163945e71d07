import type { Pool } from 'pg';
import type { Topics } from '#mechanisms/kafka/index';
import type { ProjectionVersion } from '../projection.ts';
import { announceVersions } from './versions.ts';

type Ends = ReadonlyMap<string, readonly number[]>;

/**
 * Makes the version that a newer program has filled for itself current for the programs of its revision, once it has
 * read everything that was in its topics when this looked the last time. Programs of other revisions keep their own.
 */
export class FirstFilling {
  readonly #pool: Pool;
  readonly #topics: Topics;
  /** By schema. */
  readonly #seen = new Map<string, Ends>();

  constructor(pool: Pool, topics: Topics) {
    this.#pool = pool;
    this.#topics = topics;
  }

  /** Call it again and again with the versions of projections of which none is current. */
  async look(versions: readonly { readonly version: ProjectionVersion }[]): Promise<void> {
    for (const { version } of versions) {
      const ends = this.#seen.get(version.schema);
      if (ends && (await this.#hasRead(version, ends))) await this.#makeCurrent(version);
      else
        this.#seen.set(
          version.schema,
          await this.#topics.endOffsets(version.sources.map(({ events }) => events.topic)),
        );
    }
  }

  async #hasRead({ name, version }: ProjectionVersion, ends: Ends): Promise<boolean> {
    const { rows } = await this.#pool.query<{ topic: string; partition: number; next_offset: string }>(
      'SELECT topic, partition, next_offset FROM projections.checkpoints WHERE projection = $1 AND version = $2',
      [name, version],
    );
    const read = new Map(rows.map((row) => [`${row.topic}-${row.partition}`, Number(row.next_offset)]));
    return [...ends].every(([topic, offsets]) =>
      offsets.every((end, partition) => (read.get(`${topic}-${partition}`) ?? 0) >= end),
    );
  }

  async #makeCurrent({ name, version }: ProjectionVersion): Promise<void> {
    await this.#pool.query(
      `WITH pointed AS (
         INSERT INTO projections.current (projection, revision, version)
         SELECT projection, revision, version FROM projections.versions
         WHERE projection = $1 AND version = $2 AND dropped_at IS NULL
         ON CONFLICT DO NOTHING RETURNING version
       )
       UPDATE projections.versions SET switched_at = now() FROM pointed
       WHERE versions.projection = $1 AND versions.version = pointed.version`,
      [name, version],
    );
    await announceVersions(this.#pool);
  }
}
