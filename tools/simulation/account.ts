import { DomainError } from '#mechanisms/event-sourcing/index';
import type { Decider } from '#mechanisms/event-sourcing/index';
import type { EventModel } from '#mechanisms/event-store/index';
import { event, int, latest, text, timestamp, uuid } from '#mechanisms/schemas/declare';
import type { EventOf } from '#mechanisms/schemas/declare';
import { entity } from '#mechanisms/schemas/entity';

const Opened = event('factstream.simulation.Opened', 1, { accountId: uuid(), limit: int() });
const Spent = event('factstream.simulation.Spent', 1, { accountId: uuid(), amount: int() });
const Held = event('factstream.simulation.Held', 1, { accountId: uuid(), until: timestamp() });
const HoldExpired = event('factstream.simulation.HoldExpired', 1, { accountId: uuid(), until: timestamp() });
const HoldReleased = event('factstream.simulation.HoldReleased', 1, { accountId: uuid() });
const Received = event('factstream.simulation.Received', 1, { accountId: uuid(), note: text() });
const AccountLatest = latest('factstream.simulation.AccountLatest', 1, {
  accountId: text(),
  limit: int(),
  spent: int(),
  heldUntil: timestamp(),
});

export type AccountEvent =
  | EventOf<typeof Opened>
  | EventOf<typeof Spent>
  | EventOf<typeof Held>
  | EventOf<typeof HoldExpired>
  | EventOf<typeof HoldReleased>
  | EventOf<typeof Received>;

export type AccountCommand = { readonly accountId: string } & (
  | { readonly type: 'Open'; readonly limit: number }
  | { readonly type: 'Spend'; readonly amount: number; readonly times: number }
  | { readonly type: 'Touch' }
  | { readonly type: 'Hold'; readonly until: number }
  | { readonly type: 'Expire'; readonly until: number }
  | { readonly type: 'Release' }
  | { readonly type: 'Receive'; readonly note: string }
);

/** `limit` 0 until it is opened, `heldUntil` 0 while it is not held. What is received raises the limit. */
export interface AccountState {
  readonly accountId: string;
  readonly limit: number;
  readonly spent: number;
  readonly heldUntil: number;
}

const NOT_FOUND = () => new DomainError('ACCOUNT_NOT_FOUND', 'There is no such account.');

/** An account whose every refusal depends on its state, so that a decision on anything but the newest state shows. */
const decider: Decider<AccountState, AccountCommand, AccountEvent> = {
  initialState: { accountId: '', limit: 0, spent: 0, heldUntil: 0 },
  decide(command, { limit, spent, heldUntil }) {
    const { accountId } = command;
    switch (command.type) {
      case 'Open':
        if (limit > 0) return new DomainError('ACCOUNT_EXISTS', 'It is open.');
        return [{ type: 'Opened', accountId, limit: command.limit }];
      case 'Spend': {
        if (limit === 0) return NOT_FOUND();
        const { amount, times } = command;
        if (spent + amount * times > limit) return new DomainError('LIMIT_REACHED', `${spent} of ${limit} are spent.`);
        return Array.from({ length: times }, () => ({ type: 'Spent' as const, accountId, amount }));
      }
      case 'Touch':
        return limit === 0 ? NOT_FOUND() : [];
      case 'Hold':
        if (limit === 0) return NOT_FOUND();
        if (heldUntil > 0) return new DomainError('ACCOUNT_HELD', 'It is held already.');
        return [{ type: 'Held', accountId, until: command.until }];
      case 'Expire':
        return heldUntil === command.until ? [{ type: 'HoldExpired', accountId, until: heldUntil }] : [];
      case 'Release':
        return heldUntil > 0 ? [{ type: 'HoldReleased', accountId }] : [];
      case 'Receive':
        return [{ type: 'Received', accountId, note: command.note }];
      default:
        return command satisfies never;
    }
  },
  evolve(before, fact) {
    const state = { ...before, accountId: fact.accountId };
    switch (fact.type) {
      case 'Opened':
        return { ...state, limit: state.limit + fact.limit };
      case 'Spent':
        return { ...state, spent: state.spent + fact.amount };
      case 'Held':
        return { ...state, heldUntil: fact.until };
      case 'HoldExpired':
      case 'HoldReleased':
        return { ...state, heldUntil: 0 };
      case 'Received':
        return state.limit > 0 ? { ...state, limit: state.limit + 1 } : state;
      default:
        return fact satisfies never;
    }
  },
};

export const account: EventModel<AccountState, AccountCommand, AccountEvent> = {
  entity: entity({
    name: 'account',
    idField: 'accountId',
    events: [Opened, Spent, Held, HoldExpired, HoldReleased, Received],
    latest: AccountLatest,
  }),
  decider,
  foldVersion: 1,
  toLatest: (state) => state,
  fromLatest: ({ accountId, limit, spent, heldUntil }) => ({ accountId, limit, spent, heldUntil }) as AccountState,
  deadline: ({ accountId, heldUntil }) =>
    heldUntil > 0 ? { at: heldUntil, command: { type: 'Expire', accountId, until: heldUntil } } : undefined,
};
