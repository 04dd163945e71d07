import type { Pool } from 'pg';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import type { EventDeclaration } from '#mechanisms/schemas/declare';
import type { EventDecoder } from '#mechanisms/schemas/index';
import { claimBatch } from './checkpoints.ts';
import type { EventCounts } from './checkpoints.ts';
import { BadEvent, messageOf, UnreadableEvent } from './errors.ts';
import { isTransient } from './postgres-errors.ts';
import type { ProcessedEvents } from './processed-events.ts';
import { HandlerFailure } from './project-events.decorator.ts';
import { sqlFor } from './projection-sql.ts';
import type { ProjectionSql } from './projection-sql.ts';
import type { ProjectionVersion } from './projection.ts';
import { readEvents } from './read-events.ts';
import type { RecordBatch } from './read-events.ts';
import { inTransaction } from './transaction.ts';

/** One source topic of a projection: how its records are read, and who applies its events. */
export interface Source {
  readonly decoder: EventDecoder<EventDeclaration>;
  /** Throws a {@link HandlerFailure} around the handler's own error. */
  readonly apply: (events: readonly RecordedEvent[], sql: ProjectionSql) => Promise<void>;
}

export interface ProjectorParts {
  readonly projection: ProjectionVersion;
  readonly sources: ReadonlyMap<string, Source>;
  readonly pool: Pool;
  readonly processed: ProcessedEvents;
  readonly refreshSchemas: () => Promise<void>;
}

/** A part of a batch: events and the offsets that they cover. */
interface Slice {
  readonly topic: string;
  readonly partition: number;
  readonly events: readonly RecordedEvent[];
  readonly fromOffset: number;
  readonly nextOffset: number;
}

/** Losing the last commits in a crash of PostgreSQL is no loss: they are read again from where the checkpoint stands. */
const BEGIN = 'BEGIN; SET LOCAL synchronous_commit = off';

/** Projects batches of records into PostgreSQL; knows one version of a projection and any of its topic partitions. */
export class BatchProjector {
  readonly #parts: ProjectorParts;

  constructor(parts: ProjectorParts) {
    this.#parts = parts;
  }

  /**
   * Applies a batch's new events, remembers their ids and moves the checkpoint, all in one transaction. Answers the
   * counts after it. What stands before a bad or unreadable event is applied, nothing of it or after it.
   * @throws PositionLost when the batch does not begin at the checkpoint; BadEvent; UnreadableEvent; errors of
   * PostgreSQL. The transaction that throws has changed nothing, unless its connection died during the commit.
   */
  async project(batch: RecordBatch): Promise<EventCounts> {
    const source = this.#parts.sources.get(batch.topic)!;
    let { events, fault } = readEvents(batch, source.decoder);
    if (fault instanceof UnreadableEvent) {
      await this.#parts.refreshSchemas();
      ({ events, fault } = readEvents(batch, source.decoder));
    }
    const { topic, partition, fromOffset } = batch;
    const nextOffset = fault?.at.offset ?? batch.nextOffset;
    if (fault && nextOffset === fromOffset) throw fault;
    await this.#parts.processed.makeRoomFor(events.map(({ meta }) => meta.eventId));
    const counts = await this.#apply(source, { topic, partition, events, fromOffset, nextOffset });
    if (fault) throw fault;
    return counts;
  }

  /** When the handler refuses several events, halves of them find the one that is bad; all before it are applied. */
  async #apply(source: Source, slice: Slice): Promise<EventCounts> {
    try {
      return await this.#commit(source, slice);
    } catch (failure) {
      if (!(failure instanceof HandlerFailure)) throw failure;
      const { error } = failure;
      if (isTransient(error)) throw error;
      const { events } = slice;
      if (events.length === 1) throw badEvent(events[0]!, error);
      const middle = events.length >> 1;
      const boundary = events[middle]!.offset;
      await this.#apply(source, { ...slice, events: events.slice(0, middle), nextOffset: boundary });
      return this.#apply(source, { ...slice, events: events.slice(middle), fromOffset: boundary });
    }
  }

  #commit(source: Source, { events, ...extent }: Slice): Promise<EventCounts> {
    const { pool, projection } = this.#parts;
    return inTransaction(pool, BEGIN, async (sql) => {
      const eventIds = events.map(({ meta }) => meta.eventId);
      const { counts, newIds } = await claimBatch(sql, { projection, ...extent, eventIds });
      const fresh = newIds ? events.filter(({ meta }) => newIds.delete(meta.eventId)) : events;
      if (fresh.length > 0) await source.apply(fresh, sqlFor(projection.schema, sql));
      return counts;
    });
  }
}

function badEvent({ topic, partition, offset, meta }: RecordedEvent, error: unknown): BadEvent {
  return new BadEvent({ topic, partition, offset, eventId: meta.eventId }, messageOf(error), error);
}
