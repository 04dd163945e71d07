import type { Pool } from 'pg';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { isBlameless } from '../database/postgres-errors.ts';
import { sqlFor } from '../database/projection-sql.ts';
import { inTransaction } from '../database/transaction.ts';
import { BadEvent, messageOf, TooManyParked } from '../errors.ts';
import { countFaults, findBlockers, insertParked } from '../parking/parked-events.ts';
import type { Blockers, Parking } from '../parking/parked-events.ts';
import { HandlerFailure } from '../project-events.decorator.ts';
import type { ProjectionVersion } from '../projection.ts';
import { claimBatch, EventsRepeat } from './checkpoints.ts';
import type { EventCounts } from './checkpoints.ts';
import { divide, isSame, keysOf, NONE, OtherBlockers } from './divide.ts';
import type { ProcessedEvents } from './processed-events.ts';
import { readEvents } from './read-events.ts';
import type { RecordBatch } from './read-events.ts';
import { halvesOf, slicesOf } from './slices.ts';
import type { Slice } from './slices.ts';
import type { Source } from './source.ts';

export interface ProjectorParts {
  readonly projection: ProjectionVersion;
  readonly sources: ReadonlyMap<string, Source>;
  readonly pool: Pool;
  readonly processed: ProcessedEvents;
  readonly refreshSchemas: () => Promise<void>;
  /** How many bad records of one partition may stand parked before it stops, 100 by default. */
  readonly mostParked?: number;
  /** Told after each commit that parked records. */
  readonly onParked?: (topic: string, partition: number, parkings: readonly Parking[]) => void;
}

const MOST_PARKED = 100;

/** Losing the last commits in a crash of PostgreSQL is no loss: they are read again from where the checkpoint stands. */
const BEGIN = 'BEGIN; SET LOCAL synchronous_commit = off';

/** Projects batches of records into PostgreSQL; knows one version of a projection and any of its topic partitions. */
export class BatchProjector {
  readonly #parts: ProjectorParts;
  #eventsRepeat = false;

  constructor(parts: ProjectorParts) {
    this.#parts = parts;
  }

  /**
   * Applies a batch's new events, remembers their ids, parks what is bad and what comes behind it of the same entity, and
   * moves the checkpoint: all in one transaction, or in several with a part of the batch each, in order. Answers the counts
   * after it. What stands before an unreadable event is dealt with, nothing of it or after it.
   * @throws PositionLost when the batch does not begin at the checkpoint; UnreadableEvent; TooManyParked; errors of
   * PostgreSQL. The transaction that throws has changed nothing, unless its connection died during the commit.
   */
  async project(batch: RecordBatch): Promise<EventCounts> {
    const source = this.#parts.sources.get(batch.topic)!;
    let reading = readEvents(batch, source);
    if (reading.unreadable) {
      await this.#parts.refreshSchemas();
      reading = readEvents(batch, source);
    }
    const { events, unreadable } = reading;
    if (unreadable?.at.offset === batch.fromOffset) throw unreadable;
    await this.#parts.processed.makeRoomFor(events.map(({ meta }) => meta.eventId));
    let counts: EventCounts;
    for (const slice of slicesOf(batch, reading)) counts = await this.#apply(source, slice);
    if (unreadable) throw unreadable;
    return counts!;
  }

  /** When the handler refuses several events, halves of them find the one that is bad; it is parked, the others are applied. */
  async #apply(source: Source, slice: Slice): Promise<EventCounts> {
    try {
      return await this.#commit(source, slice);
    } catch (failure) {
      if (!(failure instanceof HandlerFailure)) throw failure;
      const { error } = failure;
      if (isBlameless(error)) throw error;
      const { events } = slice;
      if (events.length === 1)
        return this.#commit(source, { ...slice, events: [], fault: badEvent(events[0]!, error) });
      const [first, second] = halvesOf(slice);
      await this.#apply(source, first);
      return this.#apply(source, second);
    }
  }

  /**
   * Which entities are blocked is only known for sure under the lock of the checkpoint, where there is seldom a need to ask;
   * and events repeat so seldom that the first attempt takes all of them for new, unless the last ones did repeat.
   */
  async #commit(source: Source, slice: Slice): Promise<EventCounts> {
    let blockers: Blockers = NONE;
    let mayRepeat = this.#eventsRepeat;
    for (;;) {
      try {
        return await this.#attempt(source, slice, blockers, mayRepeat);
      } catch (error) {
        if (error instanceof OtherBlockers) blockers = error.blockers;
        else if (error instanceof EventsRepeat) mayRepeat = true;
        else throw error;
      }
    }
  }

  async #attempt(source: Source, slice: Slice, blockers: Blockers, mayRepeat: boolean): Promise<EventCounts> {
    const { pool, projection, mostParked = MOST_PARKED, onParked } = this.#parts;
    const { topic, partition, fromOffset, nextOffset, fault } = slice;
    const at = { projection, topic, partition };
    const { free, parkings } = divide(slice, blockers);
    const after = await inTransaction(pool, BEGIN, async (sql) => {
      const eventIds = free.map(({ meta }) => meta.eventId);
      const extent = { ...at, fromOffset, nextOffset, eventIds, parked: parkings.length };
      const { counts, newIds } = await claimBatch(sql, extent, mayRepeat);
      this.#eventsRepeat = newIds !== undefined;
      if (counts.parked > 0) {
        const found = await findBlockers(sql, at, keysOf(slice));
        if (!isSame(found, blockers)) throw new OtherBlockers(found);
      }
      if (parkings.length > 0) {
        const isAnother = parkings.some(({ behindOffset }) => behindOffset === null);
        if (isAnother && (await countFaults(sql, at)) >= mostParked) throw new TooManyParked(mostParked, fault!);
        await insertParked(sql, at, parkings);
      }
      const fresh = newIds ? free.filter(({ meta }) => newIds.delete(meta.eventId)) : free;
      if (fresh.length > 0) await source.apply(fresh, sqlFor(projection.schema, sql));
      return counts;
    });
    if (parkings.length > 0) onParked?.(topic, partition, parkings);
    return after;
  }
}

function badEvent({ topic, partition, offset, meta }: RecordedEvent, error: unknown): BadEvent {
  return new BadEvent({ topic, partition, offset, eventId: meta.eventId }, messageOf(error), error);
}
