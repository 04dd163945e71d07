import { DomainError } from '#mechanisms/event-sourcing/index';
import type { Decider } from '#mechanisms/event-sourcing/index';
import type { EventModel } from '#mechanisms/event-store/index';
import { event, int, latest, text, uuid } from '#mechanisms/schemas/declare';
import type { EventOf } from '#mechanisms/schemas/declare';
import { entity } from '#mechanisms/schemas/entity';

/** The smallest entity that shows every kind of decision: it counts up to a limit. */
const Opened = event('factstream.testing.Opened', 1, { tallyId: uuid(), limit: int() });
const Counted = event('factstream.testing.Counted', 1, { tallyId: uuid(), note: text() });
const TallyLatest = latest('factstream.testing.TallyLatest', 1, { tallyId: uuid(), limit: int(), count: int() });

export type TallyEvent = EventOf<typeof Opened> | EventOf<typeof Counted>;
export type TallyCommand =
  | { readonly type: 'Open'; readonly tallyId: string; readonly limit: number }
  | { readonly type: 'Count'; readonly note?: string; readonly times?: number };
export type TallyState = { readonly tallyId: string; readonly limit: number; readonly count: number } | undefined;

const decider: Decider<TallyState, TallyCommand, TallyEvent> = {
  initialState: undefined,
  decide(command, state) {
    if (command.type === 'Open') {
      const { tallyId, limit } = command;
      return state ? new DomainError('TALLY_EXISTS', 'It is open.') : [{ type: 'Opened', tallyId, limit }];
    }
    if (!state) return new DomainError('TALLY_NOT_FOUND', 'There is no such tally.');
    const { note = '', times = 1 } = command;
    if (state.count + times > state.limit) return new DomainError('TALLY_FULL', 'The limit is reached.');
    return Array.from({ length: times }, () => ({ type: 'Counted' as const, tallyId: state.tallyId, note }));
  },
  evolve(state, fact) {
    if (fact.type === 'Opened') return { tallyId: fact.tallyId, limit: fact.limit, count: 0 };
    return state && { ...state, count: state.count + 1 };
  },
};

/** A model of its own topics for each test: `name` must be fresh. */
export const tallyModel = (name: string, foldVersion = 1): EventModel<TallyState, TallyCommand, TallyEvent> => ({
  entity: entity({ name, idField: 'tallyId', events: [Opened, Counted], latest: TallyLatest }),
  decider,
  foldVersion,
  toLatest: (state) => state!,
  fromLatest: ({ tallyId, limit, count }) => ({ tallyId, limit, count }) as TallyState,
});
