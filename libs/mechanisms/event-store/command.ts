import type { EventPosition } from '#mechanisms/event-sourcing/index';

/** A command on its way to the owner of its entity. Whatever must be the same on a retry was fixed at the edge. */
export interface CommandEnvelope<Command> {
  readonly entityId: string;
  readonly command: Command;
  /** Derived from the client's idempotency key where there is one, else new. */
  readonly commandId: string;
  /** Present when the client sent an idempotency key: a hash of the request, so that the key cannot serve another one. */
  readonly requestHash?: string;
  /** The version that the entity must have; `any` demands only that it exists. */
  readonly expectedVersion?: number | 'any';
  /** What led to the command: for a client's command its own id, for a reaction the foreign event's. */
  readonly causationId: string;
  readonly correlationId: string;
  readonly actor: string;
  readonly traceparent: string | null;
  /** Nobody hurries: it is decided together with what comes next, or is taken up after 100 ms. */
  readonly canWait?: true;
}

/** The answer to an accepted command, given only after its commit. */
export interface Receipt {
  readonly entityId: string;
  /** The entity's version after the command. */
  readonly version: number;
  readonly position: EventPosition;
}
