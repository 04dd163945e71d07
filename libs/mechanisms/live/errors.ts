/** A position in a stream of events that this topic has never had. */
export class InvalidPosition extends Error {
  override readonly name = 'InvalidPosition';
  readonly code = 'INVALID_POSITION';
  readonly retriable = false;

  constructor() {
    super('is not the id of an event that was sent here');
  }
}

/** Kafka cannot be reached; asking again may succeed. */
export class EventsUnavailable extends Error {
  override readonly name = 'EventsUnavailable';
  readonly code = 'UNAVAILABLE';
  readonly retriable = true;

  constructor(cause: unknown) {
    super('the events cannot be read at the moment', { cause });
  }
}
