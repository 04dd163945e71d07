import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Sql } from '../database/projection-sql.ts';
import { schemaOf } from '../projection.ts';
import { forgetEvents } from './make-versions.ts';
import { announceVersions, listVersions, parkedIn } from './versions.ts';
import type { VersionRow } from './versions.ts';

/** What was asked of a version is not possible as things are; the message says why, and what to do. */
export class VersionRefused extends Error {
  override readonly name = 'VersionRefused';
  readonly code = 'VERSION_REFUSED';
  readonly retriable = false;
}

/** Offsets that the next version may be behind when a switch begins: it catches up while the old one is held. */
const NEARLY_THERE = 1_000;
const HOLD_MS = 2_000;
const POLL_MS = 5;

export const nameOf = ({ projection, version }: Pick<VersionRow, 'projection' | 'version'>): string =>
  schemaOf(projection, version);

/**
 * What an operator does with the versions of projections, over a connection of its own. Each method is one transaction,
 * and running processes follow it at once. @throws VersionRefused
 */
export class VersionChanges {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** A new version of the newest revision, filled from offset 0 by the processes that run it. */
  create(projection: string, rate: number | null): Promise<VersionRow> {
    return this.#change(projection, async (versions) => {
      const newest = versions.at(-1)!;
      if (!newest.isCurrent) {
        throw new VersionRefused(
          `${nameOf(newest)} is there already: switch to it, or drop it before another is made.`,
        );
      }
      const revision = Math.max(...versions.map((one) => one.revision));
      const { rows } = await this.#client.query<{ version: number }>(
        `INSERT INTO projections.versions (projection, version, revision, rate)
         SELECT $1::text, max(version) + 1, $2, $3 FROM projections.versions WHERE projection = $1 RETURNING version`,
        [projection, revision, rate],
      );
      return (await versionsOf(this.#client, projection)).find(({ version }) => version === rows[0]!.version)!;
    });
  }

  /**
   * Lets the programs of its revision answer from another version, the newest by default. The old one stands still for up
   * to two seconds until the new one is nowhere behind it, so no answer is older than one before the switch, but for
   * entities that are parked in the new one only: it is refused when more is, unless it is forced.
   */
  switchTo(projection: string, version?: number, isForced = false): Promise<{ from: VersionRow; to: VersionRow }> {
    return this.#change(projection, async (versions) => {
      const to = find(versions, version);
      const from = versions.find(({ revision, isCurrent }) => revision === to.revision && isCurrent);
      if (!from) throw new VersionRefused(`${nameOf(to)} becomes current by itself as soon as it is filled.`);
      if (from === to) throw new VersionRefused(`${nameOf(to)} is current already.`);
      if (!to.isWhole) throw new VersionRefused(`${nameOf(to)} has no tables yet.`);
      await this.#holdUntilPassed(from, to);
      if (!isForced) await this.#requireNoMoreParked(from, to);
      await this.#client.query(
        'UPDATE projections.current SET version = $3, previous = $4 WHERE projection = $1 AND revision = $2',
        [projection, to.revision, to.version, from.version],
      );
      await this.#client.query(
        'UPDATE projections.versions SET switched_at = now() WHERE projection = $1 AND version = $2',
        [projection, to.version],
      );
      return { from, to };
    });
  }

  /** Back to the version that was current before the last switch, as soon as it is not behind, whatever is parked in it. */
  async rollback(projection: string): Promise<{ from: VersionRow; to: VersionRow }> {
    const { rows } = await this.#client.query<{ previous: number | null }>(
      'SELECT previous FROM projections.current WHERE projection = $1 ORDER BY revision DESC LIMIT 1',
      [projection],
    );
    const previous = rows[0]?.previous;
    if (typeof previous !== 'number') throw new VersionRefused(`There is no version of ${projection} to go back to.`);
    return this.switchTo(projection, previous, true);
  }

  /** It is projected no more, over restarts too; the current version by default. */
  pause(projection: string, version?: number): Promise<VersionRow> {
    return this.#setPaused(projection, version, 'coalesce(paused_at, now())');
  }

  resume(projection: string, version?: number): Promise<VersionRow> {
    return this.#setPaused(projection, version, 'NULL');
  }

  /** Deletes a version with all its tables. The current one of an older revision only by force. */
  drop(projection: string, version: number, isForced: boolean): Promise<VersionRow> {
    return this.#change(projection, async (versions) => {
      const dropped = find(versions, version);
      const newest = Math.max(...versions.map(({ revision }) => revision));
      if (dropped.isCurrent && dropped.revision === newest) {
        throw new VersionRefused(`${nameOf(dropped)} is current: queries are answered from it.`);
      }
      if (dropped.isCurrent && !isForced) {
        throw new VersionRefused(
          `Programs of revision ${dropped.revision} answer from ${nameOf(dropped)}; when none runs any more, repeat with --force.`,
        );
      }
      const key = [projection, version];
      await this.#client.query(`SET LOCAL lock_timeout = '10s'`);
      await lockCheckpoints(this.#client, dropped);
      await this.#client.query('DELETE FROM projections.current WHERE projection = $1 AND version = $2', key);
      await this.#client.query(
        'UPDATE projections.current SET previous = NULL WHERE projection = $1 AND previous = $2',
        key,
      );
      await this.#client.query(
        'UPDATE projections.versions SET dropped_at = now() WHERE projection = $1 AND version = $2',
        key,
      );
      await forgetEvents(this.#client, projection, version);
      await this.#client.query(`DROP SCHEMA IF EXISTS ${nameOf(dropped)} CASCADE`);
      return dropped;
    });
  }

  #setPaused(projection: string, version: number | undefined, value: string): Promise<VersionRow> {
    return this.#change(projection, async (versions) => {
      const found = find(versions, version ?? versions.findLast(({ isCurrent }) => isCurrent)?.version);
      await this.#client.query(
        `UPDATE projections.versions SET paused_at = ${value} WHERE projection = $1 AND version = $2`,
        [projection, found.version],
      );
      return found;
    });
  }

  /** Leaves the old version locked for the rest of the transaction. */
  async #holdUntilPassed(from: VersionRow, to: VersionRow): Promise<void> {
    await this.#requireAtMostBehind(from, to, NEARLY_THERE);
    await lockCheckpoints(this.#client, from);
    const deadline = performance.now() + HOLD_MS;
    while ((await this.#farthestBehind(from, to)) && performance.now() < deadline) await sleep(POLL_MS);
    await this.#requireAtMostBehind(from, to, 0);
  }

  async #requireAtMostBehind(from: VersionRow, to: VersionRow, most: number): Promise<void> {
    const farthest = await this.#farthestBehind(from, to);
    if (!farthest || farthest.offsets <= most) return;
    const { topic, partition, offsets } = farthest;
    throw new VersionRefused(
      `${nameOf(to)} is behind ${nameOf(from)} on ${topic}-${partition}, by ${offsets} offsets.`,
    );
  }

  async #requireNoMoreParked(from: VersionRow, to: VersionRow): Promise<void> {
    const [before, after] = [await parkedIn(this.#client, from), await parkedIn(this.#client, to)];
    if (after <= before) return;
    throw new VersionRefused(
      `${nameOf(to)} has ${after} parked events, ${nameOf(from)} has ${before}: see to them, or repeat with --force.`,
    );
  }

  async #farthestBehind(from: VersionRow, to: VersionRow) {
    const { rows } = await this.#client.query<{ topic: string; partition: number; offsets: number }>(
      `SELECT old.topic, old.partition, (old.next_offset - coalesce(new.next_offset, 0))::float8 AS offsets
       FROM projections.checkpoints AS old LEFT JOIN projections.checkpoints AS new
         ON new.projection = old.projection AND new.version = $3 AND new.topic = old.topic AND new.partition = old.partition
       WHERE old.projection = $1 AND old.version = $2 AND coalesce(new.next_offset, 0) < old.next_offset
       ORDER BY offsets DESC LIMIT 1`,
      [from.projection, from.version, to.version],
    );
    return rows[0];
  }

  async #change<T>(projection: string, work: (versions: readonly VersionRow[]) => Promise<T>): Promise<T> {
    await this.#client.query('BEGIN');
    try {
      // one change at a time, and none while tables are being made
      await this.#client.query(`SELECT pg_advisory_xact_lock(hashtext('projections'), 0)`);
      const versions = await versionsOf(this.#client, projection);
      const result = await work(versions);
      await announceVersions(this.#client);
      await this.#client.query('COMMIT');
      return result;
    } catch (error) {
      await this.#client.query('ROLLBACK');
      throw error;
    }
  }
}

/** The versions of one projection, oldest first. @throws VersionRefused when there is no such projection */
export async function versionsOf(sql: Sql, projection: string): Promise<VersionRow[]> {
  const all = await listVersions(sql);
  const own = all.filter((one) => one.projection === projection);
  if (own.length > 0) return own;
  const known = [...new Set(all.map((one) => one.projection))];
  throw new VersionRefused(`There is no projection ${projection}; known: ${known.join(', ')}.`);
}

/** The newest when none is named. */
function find(versions: readonly VersionRow[], version = versions.at(-1)!.version): VersionRow {
  const found = versions.find((one) => one.version === version);
  if (found) return found;
  throw new VersionRefused(`There is no version ${version}; there are ${versions.map(nameOf).join(', ')}.`);
}

/** Waits for the batches in work; until the transaction ends, no other begins. */
const lockCheckpoints = (sql: Sql, { projection, version }: VersionRow): Promise<unknown> =>
  sql.query(
    `SELECT FROM projections.checkpoints WHERE projection = $1 AND version = $2 ORDER BY topic, partition FOR UPDATE`,
    [projection, version],
  );
