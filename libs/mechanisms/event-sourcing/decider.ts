import type { DomainEvent, FoldedMeta } from './event.ts';
import type { DomainError } from './errors.ts';

/** What a command leads to: the facts it adds, none when it changes nothing, or the rule that refuses it. */
export type Decision<Event extends DomainEvent> = readonly Event[] | DomainError;

/**
 * The rules of one kind of entity as three pure functions (J. Chassaing's decider).
 * `decide` and `evolve` read no clock, make no id and do no I/O: ids and times arrive in the command, and in the meta of
 * the recorded event.
 */
export interface Decider<State, Command, Event extends DomainEvent> {
  readonly initialState: State;
  decide(command: Command, state: State): Decision<Event>;
  evolve(state: State, event: Event, meta: FoldedMeta): State;
}

/** Tells a refusal from facts; the facts may be none. */
export function isRefusal<Event extends DomainEvent>(decision: Decision<Event>): decision is DomainError {
  return !Array.isArray(decision);
}

/** When an entity must act by itself, at the latest: a time that stands in its events, and the command for then. */
export interface Deadline<Command> {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly command: Command;
}

/** Something that an entity asks of the outside world and has no answer to yet. `id` is the id of the event that asked. */
export interface OpenRequest<Request> {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly requestedAt: number;
  readonly request: Request;
}
