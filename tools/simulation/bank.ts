import { reaction } from '#mechanisms/reactions/index';
import type { Reaction } from '#mechanisms/reactions/index';
import { event, int, latest, uuid } from '#mechanisms/schemas/declare';
import type { EventOf } from '#mechanisms/schemas/declare';
import { entity } from '#mechanisms/schemas/entity';
import type { AccountCommand } from './account.ts';

const MoneyArrived = event('factstream.simulation.MoneyArrived', 1, { accountId: uuid(), parts: int() });
const HoldLifted = event('factstream.simulation.HoldLifted', 1, { accountId: uuid() });
const NoiseMade = event('factstream.simulation.NoiseMade', 1, { accountId: uuid() });

export type BankEvent = EventOf<typeof MoneyArrived> | EventOf<typeof HoldLifted> | EventOf<typeof NoiseMade>;

/** The other context, to whose facts accounts react. */
export const bank = entity({
  name: 'bank',
  idField: 'accountId',
  events: [MoneyArrived, HoldLifted, NoiseMade],
  latest: latest('factstream.simulation.BankLatest', 1, { accountId: uuid() }),
});

/** One fact may lead to several commands, of which every one must take effect once, in this order. */
export const notesOf = (factId: string, parts: number): string[] =>
  Array.from({ length: parts }, (_, part) => `${factId}/${part}`);

/** Money in so many parts brings a mistake in the program to light: no command is made of it, or one that cannot be decided. */
export const MISTAKEN = { react: 3, decide: 4 };

const moneyArrivedReceives = (isMended: () => boolean): Reaction<AccountCommand> =>
  reaction(bank, 'MoneyArrived', ({ meta, event: { accountId, parts } }) => {
    if (parts === MISTAKEN.react && !isMended()) throw new Error('a mistake in the reaction');
    return notesOf(meta.eventId, parts).map((note) => ({
      entityId: accountId,
      command: parts === MISTAKEN.decide && !isMended() ? (null as never) : { type: 'Receive', accountId, note },
    }));
  });

const holdLiftedReleases: Reaction<AccountCommand> = reaction(bank, 'HoldLifted', ({ event: { accountId } }) => [
  { entityId: accountId, command: { type: 'Release', accountId } },
]);

/** What accounts do about the bank's facts, with a mistake until it is mended. */
export const reactionsOf = (isMended: () => boolean) => [moneyArrivedReceives(isMended), holdLiftedReleases];
