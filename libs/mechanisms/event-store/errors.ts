/** Why a command has no receipt though no rule of the domain refused it; told apart by `code`. */
export abstract class EventStoreError extends Error {
  abstract readonly code: string;
  abstract readonly retriable: boolean;
}

/** `expectedVersion` is not the entity's version; nothing was executed. */
export class VersionMismatch extends EventStoreError {
  override readonly name = 'VersionMismatch';
  readonly code = 'VERSION_MISMATCH';
  readonly retriable = false;
  readonly currentVersion: number;

  constructor(currentVersion: number) {
    super(`The current version is ${currentVersion}.`);
    this.currentVersion = currentVersion;
  }
}

/** The idempotency key was used before with another request; nothing was executed. */
export class KeyReused extends EventStoreError {
  override readonly name = 'KeyReused';
  readonly code = 'IDEMPOTENCY_KEY_REUSED';
  readonly retriable = false;

  constructor() {
    super('This idempotency key was used with another request.');
  }
}

/** The entity remembers as many fresh idempotency keys as it may; nothing was executed. */
export class TooManyKeys extends EventStoreError {
  override readonly name = 'TooManyKeys';
  readonly code = 'TOO_MANY_IDEMPOTENCY_KEYS';
  readonly retriable = true;

  constructor() {
    super('This entity has too many commands with idempotency keys within 24 hours.');
  }
}

/** The command's records are larger than one transaction may carry; nothing was executed. */
export class CommandTooLarge extends EventStoreError {
  override readonly name = 'CommandTooLarge';
  readonly code = 'COMMAND_TOO_LARGE';
  readonly retriable = false;

  constructor(bytes: number, limit: number) {
    super(`The command leads to ${bytes} bytes; ${limit} are allowed.`);
  }
}

/** Certainly not executed: no owner, no quorum, the queue is full, or the process is shutting down. */
export class NotExecuted extends EventStoreError {
  override readonly name = 'NotExecuted';
  readonly code: 'UNAVAILABLE' | 'OVERLOADED';
  readonly retriable = true;

  constructor(detail: string, code: 'UNAVAILABLE' | 'OVERLOADED' = 'UNAVAILABLE') {
    super(detail);
    this.code = code;
  }
}

/** Certainly not executed: the partition is another instance's, or about to be. Ask that one. */
export class NotOwner extends EventStoreError {
  override readonly name = 'NotOwner';
  readonly code = 'UNAVAILABLE';
  readonly retriable = true;
}

/** As many facts of a source are parked as may be; it stands still at the next one until there are fewer. */
export class SourceStopped extends EventStoreError {
  override readonly name = 'SourceStopped';
  readonly code = 'SOURCE_STOPPED';
  readonly retriable = true;

  constructor(source: string, fact: string, error: string) {
    super(`Too many facts are parked to park another one of ${source}, ${fact}: ${error}`);
  }
}

/** The foreign fact is parked: it can never be applied, or waits behind one that cannot. Its cursor has moved past it. */
export class FactParked extends EventStoreError {
  override readonly name = 'FactParked';
  readonly code = 'FACT_PARKED';
  readonly retriable = false;
}

/** The parked fact must not overtake another one that is parked; nothing was executed. */
export class WaitsBehind extends EventStoreError {
  override readonly name = 'WaitsBehind';
  readonly code = 'WAITS_BEHIND';
  readonly retriable = true;

  constructor(fact: string) {
    super(`waits behind ${fact}`);
  }
}

/** Neither success nor failure could be established in time. */
export class OutcomeUnknown extends EventStoreError {
  override readonly name = 'OutcomeUnknown';
  readonly code = 'OUTCOME_UNKNOWN';
  readonly retriable = true;

  constructor() {
    super('It is not known whether the command was executed. Repeating it with the same Idempotency-Key is safe.');
  }
}

/** The log contradicts itself or this program; the partition stays closed until a person acts. */
export class PartitionRefused extends EventStoreError {
  override readonly name = 'PartitionRefused';
  readonly code = 'PARTITION_REFUSED';
  readonly retriable = false;
}
