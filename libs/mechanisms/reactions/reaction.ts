import type { DomainEvent, RecordedEvent } from '#mechanisms/event-sourcing/index';
import type { EventDeclaration, EventOf } from '#mechanisms/schemas/declare';
import type { Entity } from '#mechanisms/schemas/entity';

/** A command that a reaction sends to an entity of its own context. */
export interface Addressed<Command> {
  readonly entityId: string;
  readonly command: Command;
}

/**
 * What a context does about one kind of foreign fact: a function of the event, and of the time at which it is handled
 * (epoch milliseconds), that looks nothing up. The event store applies its commands exactly once, in the order of the facts of
 * the source partition.
 */
export interface Reaction<Command> {
  readonly source: Entity;
  /** The short name of the event type, e.g. `OrderPlaced`. */
  readonly eventType: string;
  readonly react: (recorded: RecordedEvent, now: number) => readonly Addressed<Command>[];
}

/** Declares a reaction to one event type of another context's entity. */
export function reaction<E extends EventDeclaration, Type extends EventOf<E>['type'], Command>(
  source: Entity<E>,
  eventType: Type,
  react: (
    recorded: RecordedEvent<Extract<EventOf<E>, { type: Type }> & DomainEvent>,
    now: number,
  ) => readonly Addressed<Command>[],
): Reaction<Command> {
  return { source: source, eventType, react: react as Reaction<Command>['react'] };
}
