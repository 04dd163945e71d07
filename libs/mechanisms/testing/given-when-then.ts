import { expect } from '@jest/globals';
import { DomainError } from '#mechanisms/event-sourcing/index';
import type { Decider, DomainEvent } from '#mechanisms/event-sourcing/index';

/** Starts a sentence about a decider: given these facts, when this command comes, then exactly these facts follow. */
export function given<State, Command, Event extends DomainEvent>(
  decider: Decider<State, Command, Event>,
  history: readonly Event[],
) {
  const state = history.reduce(decider.evolve, decider.initialState);
  return {
    when(command: Command) {
      const decision = decider.decide(command, state);
      return {
        then: (...events: Event[]) => expect(decision).toStrictEqual(events),
        thenRefused: (code: string) => {
          expect(decision).toBeInstanceOf(DomainError);
          expect((decision as unknown as DomainError).code).toBe(code);
        },
      };
    },
  };
}
