import type { EventMeta } from '#mechanisms/event-sourcing/index';
import { EntityCodec } from '#mechanisms/event-store/codec';
import { account } from './account.ts';
import type { AccountEvent, AccountState } from './account.ts';
import { catalogue } from './instance.ts';
import type { StoredRecord } from './simulated-broker.ts';
import type { World } from './world.ts';

export const codec = new EntityCodec<AccountEvent>(account.entity, catalogue);

/** An event as it stands in the log, with the account's state before it. */
export interface Recorded {
  readonly record: StoredRecord;
  readonly partition: number;
  readonly accountId: string;
  readonly meta: EventMeta;
  readonly event: AccountEvent;
  readonly before: AccountState;
}

/** All that the log holds in the end, folded. */
export interface Recording {
  /** Per partition, in their order. */
  readonly partitions: readonly (readonly Recorded[])[];
  readonly byAccount: ReadonlyMap<string, readonly Recorded[]>;
  readonly byCommand: ReadonlyMap<string, readonly Recorded[]>;
  /** The state of an account after its version. */
  stateAt(accountId: string, version: number): AccountState;
  /** The version of an account once so many commits were decided. */
  versionAt(accountId: string, commits: number): number;
}

export function readRecording(world: World): Recording {
  const byAccount = new Map<string, Recorded[]>();
  const byCommand = new Map<string, Recorded[]>();
  const states = new Map<string, AccountState[]>();
  const statesOf = (accountId: string) => states.get(accountId) ?? [account.decider.initialState];
  const partitions = Array.from({ length: world.partitions }, (_, partition) =>
    world.broker.committed(account.entity.events.topic, partition).map((record): Recorded => {
      const accountId = record.key!.toString();
      const { meta, event } = codec.decodeEvent(record);
      const known = statesOf(accountId);
      const before = known.at(-1)!;
      states.set(accountId, [...known, account.decider.evolve(before, event, meta)]);
      const recorded = { record, partition, accountId, meta, event, before };
      append(byAccount, accountId, recorded);
      append(byCommand, meta.commandId, recorded);
      return recorded;
    }),
  );
  return {
    partitions,
    byAccount,
    byCommand,
    stateAt: (accountId, version) => statesOf(accountId)[version]!,
    versionAt: (accountId, commits) =>
      (byAccount.get(accountId) ?? []).filter(({ record }) => record.transaction.commit < commits).length,
  };
}

function append<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
