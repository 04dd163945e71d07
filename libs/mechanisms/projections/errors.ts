import type { ConsistencyToken } from '#mechanisms/event-sourcing/index';

/** Which record a {@link BadEvent} is about; the event id is missing when the record does not tell. */
export interface RecordPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly eventId?: string;
}

/** A record that this program cannot project, whatever the state of Kafka and PostgreSQL: it is parked. */
export class BadEvent extends Error {
  override readonly name = 'BadEvent';
  readonly code = 'BAD_EVENT';
  readonly retriable = false;
  readonly at: RecordPosition;
  readonly reason: string;

  constructor(at: RecordPosition, reason: string, cause?: unknown) {
    super(`${place(at)}: ${reason}`, { cause });
    this.at = at;
    this.reason = reason;
  }
}

/** As many bad events as are allowed stand parked; the partition stops before the next, until it can be projected or some are gone. */
export class TooManyParked extends Error {
  override readonly name = 'TooManyParked';
  readonly code = 'TOO_MANY_PARKED';
  readonly retriable = false;
  readonly at: RecordPosition;

  constructor(limit: number, next: BadEvent) {
    super(`${limit} bad events stand parked, and no more are allowed; the next is ${next.message}`, { cause: next });
    this.at = next.at;
  }
}

/** An event does not continue the stored version of its entity: one is missing, or another event took its place. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict';
  readonly code = 'VERSION_CONFLICT';
  readonly retriable = false;

  /** `stored` is 0 when nothing is stored of the entity. */
  constructor(entityId: string, stored: number, found: number) {
    super(`entity ${entityId} is at version ${stored} and its next event has version ${found}, not ${stored + 1}`);
  }
}

/** The read model has not reached the token within the time given; asking again may succeed. */
export class NotCaughtUp extends Error {
  override readonly name = 'NotCaughtUp';
  readonly code = 'NOT_CAUGHT_UP';
  readonly retriable = true;

  constructor({ topic, partition, offset }: ConsistencyToken, waitedMs: number) {
    super(`the read model did not pass ${topic}-${partition} offset ${offset} within ${waitedMs} ms`);
  }
}

/** The newest that is known of an entity is not in its rows, because it is parked: a person must see to that. */
export class EntityParked extends Error {
  override readonly name = 'EntityParked';
  readonly code = 'ENTITY_PARKED';
  readonly retriable = true;

  constructor({ entityId, topic }: ConsistencyToken) {
    super(`events of ${entityId} in ${topic} could not be projected and are parked`);
  }
}

/** PostgreSQL cannot be reached, is overloaded, or its tables are not there yet. The question was not answered. */
export class ReadModelUnavailable extends Error {
  override readonly name = 'ReadModelUnavailable';
  readonly code = 'UNAVAILABLE';
  readonly retriable = true;

  constructor(cause: unknown) {
    super(`the read model is not available: ${messageOf(cause)}`, { cause });
  }
}

/** A version of a projection was dropped, or never made. */
export class VersionGone extends Error {
  override readonly name = 'VersionGone';
  readonly code = 'VERSION_GONE';
  readonly retriable = true;

  constructor(projection: string, version: number) {
    super(`there is no version ${version} of the projection ${projection}`);
  }
}

/** A version is held where it is for a moment, to be compared with another at the same offsets. */
export class Held extends Error {
  override readonly name = 'Held';
  readonly code = 'HELD';
  readonly retriable = true;

  constructor(schema: string, offset: number) {
    super(`${schema} is held at offset ${offset} for a comparison`);
  }
}

/** A page cursor that no page gave out. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
  readonly code = 'INVALID_CURSOR';
  readonly retriable = false;

  constructor() {
    super('the cursor was not given out by this list');
  }
}

/** A record whose schema, or whose type, this program does not know yet: waits for the schema or a newer program. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
  readonly code = 'UNREADABLE_EVENT';
  readonly retriable = true;
  readonly at: RecordPosition;

  constructor(at: RecordPosition, cause: unknown) {
    super(`${place(at)}: ${messageOf(cause)}`, { cause });
    this.at = at;
  }
}

/** What an error of any origin says of itself. */
export function messageOf(error: unknown): string {
  const { message, code } = (error ?? {}) as { message?: unknown; code?: unknown };
  // the error of a connection that several addresses refused has no message
  return String(message || code || error);
}

/** Whether an error of a mechanism says that trying again may help. */
export const isRetriable = (error: unknown): boolean =>
  (error as { retriable?: unknown } | null | undefined)?.retriable === true;

const place = ({ topic, partition, offset, eventId }: RecordPosition): string =>
  `${topic}-${partition} offset ${offset}, event ${eventId ?? 'without an id'}`;
