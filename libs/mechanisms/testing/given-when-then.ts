import { expect } from '@jest/globals';
import { DomainError } from '#mechanisms/event-sourcing/index';
import type { Decider, DomainEvent, FoldedMeta } from '#mechanisms/event-sourcing/index';

/** Starts a sentence about a decider: given these facts, when this command comes, then exactly these facts follow. */
export function given<State, Command, Event extends DomainEvent>(
  decider: Decider<State, Command, Event>,
  history: readonly Event[],
) {
  const state = fold(decider, history);
  return {
    when(command: Command) {
      const decision = decider.decide(command, state);
      return {
        // oxlint-disable-next-line unicorn/no-thenable -- the sentence is never awaited
        then: (...events: Event[]) => expect(decision).toStrictEqual(events),
        thenNothing: () => expect(decision).toStrictEqual([]),
        thenRefused: (code: string) => {
          expect(decision).toBeInstanceOf(DomainError);
          expect((decision as unknown as DomainError).code).toBe(code);
        },
      };
    },
  };
}

/** The state after a history; the event at index n gets the event id `…-n` and the time n, so that states can be told. */
export const fold = <State, Command, Event extends DomainEvent>(
  decider: Decider<State, Command, Event>,
  history: readonly Event[],
): State => history.reduce((state, event, index) => decider.evolve(state, event, metaAt(index)), decider.initialState);

/** The meta that {@link fold} gives to the event at an index of a history. */
export const metaAt = (index: number): FoldedMeta => ({
  eventId: `0192f0c1-0000-7000-8000-${index.toString(16).padStart(12, '0')}`,
  occurredAt: index,
});
