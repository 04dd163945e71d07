import type { Deadline, Decider, DomainEvent, OpenRequest } from '#mechanisms/event-sourcing/index';
import type { Entity } from '#mechanisms/schemas/index';

/** All that the event store needs to know of one kind of entity. */
export interface EventModel<State, Command, Event extends DomainEvent> {
  readonly entity: Entity;
  readonly decider: Decider<State, Command, Event>;
  /**
   * Raise it when `evolve` or the latest record changes its meaning: the owner then folds every event anew. Also when what
   * `deadline` or `openRequest` call finds other entities than before: local stores remember which ones have either.
   */
  readonly foldVersion: number;
  /** The business fields of the latest record. */
  toLatest(state: State): object;
  fromLatest(fields: Readonly<Record<string, unknown>>): State;
  /** When the entity must act by itself, if ever; pure. */
  deadline?(state: State): Deadline<Command> | undefined;
  /** The request to the outside that is to be worked next, if any; pure. */
  openRequest?(state: State): OpenRequest<unknown> | undefined;
}
