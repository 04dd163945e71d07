import type { Decider, DomainEvent } from '#mechanisms/event-sourcing/index';
import type { Entity } from '#mechanisms/schemas/index';

/** All that the event store needs to know of one kind of entity. */
export interface EventModel<State, Command, Event extends DomainEvent> {
  readonly entity: Entity;
  readonly decider: Decider<State, Command, Event>;
  /** Raise it when `evolve` or the latest record changes its meaning: the owner then folds every event anew. */
  readonly foldVersion: number;
  /** The business fields of the latest record. */
  toLatest(state: State): object;
  fromLatest(fields: Readonly<Record<string, unknown>>): State;
}
