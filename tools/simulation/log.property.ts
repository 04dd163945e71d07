import { isDeepStrictEqual } from 'node:util';
import { deadLetterTopicOf } from '#mechanisms/dead-letters/index';
import { account } from './account.ts';
import { bank } from './bank.ts';
import { codec } from './recorded.ts';
import type { Recorded, Recording } from './recorded.ts';
import type { World } from './world.ts';

/** Versions are 1, 2, … in the order of the topic, and time does not go back in it. */
export function* versionsAreDense({ partitions, byAccount }: Recording): Generator<string> {
  for (const [accountId, events] of byAccount) {
    const versions = events.map(({ meta }) => meta.entityVersion);
    if (versions.some((version, index) => version !== index + 1))
      yield `${accountId} has the versions ${versions.join()}`;
  }
  for (const events of partitions) {
    const times = events.map(({ meta }) => meta.occurredAt);
    if (times.some((time, index) => index > 0 && time < times[index - 1]!)) yield 'the time of a partition goes back';
  }
}

/** The latest records are the fold of the events. */
export function* latestIsTheFold({ broker, partitions }: World, recording: Recording): Generator<string> {
  const latest = new Map<string, ReturnType<typeof codec.decodeLatest>>();
  for (let partition = 0; partition < partitions; partition += 1) {
    for (const record of broker.committed(account.entity.latest.topic, partition)) {
      latest.set(record.key!.toString(), codec.decodeLatest(record));
    }
  }
  for (const accountId of new Set([...latest.keys(), ...recording.byAccount.keys()])) {
    const version = recording.byAccount.get(accountId)?.length ?? 0;
    const { meta, fields } = latest.get(accountId) ?? {};
    const { meta: _, ...state } = fields ?? {};
    const isFold = isDeepStrictEqual({ ...state }, { ...recording.stateAt(accountId, version) });
    if (meta?.entityVersion !== version || !isFold) {
      yield `latest of ${accountId} is ${JSON.stringify({ version: meta?.entityVersion, ...state })}, its events say version ${version}`;
    }
  }
}

/**
 * Each foreign fact takes effect once, and those of one source in its order; those about an account that a poison one is
 * about in their order, after it.
 */
export function* factsAreAppliedOnce(world: World, { partitions }: Recording): Generator<string> {
  for (const [partition, events] of partitions.entries()) {
    const concerned = world.facts.filter(({ accountId }) => world.partitionOf(accountId) === partition);
    const lanes = Map.groupBy(concerned, ({ source, accountId }) =>
      isHeldBack(world, accountId) ? `${source} about ${accountId}` : source,
    );
    for (const [lane, facts] of lanes) {
      const caused = new Set(facts.map(({ eventId }) => eventId));
      const owed = facts.flatMap(({ notes }) => notes);
      const found = events.filter(({ meta }) => caused.has(meta.causationId));
      const received = found.flatMap(({ event }) => (event.type === 'Received' ? [event.note] : []));
      if (!isDeepStrictEqual(received, owed)) {
        yield `partition ${partition} received ${received.join(' ') || 'nothing'} of source ${lane}, not ${owed.join(' ')}`;
      }
      const order = found.map(({ meta }) => facts.findIndex(({ eventId }) => eventId === meta.causationId));
      if (order.some((place, index) => index > 0 && place < order[index - 1]!))
        yield `facts of source ${lane} overtook`;
    }
  }
}

const isHeldBack = ({ facts }: World, accountId: string): boolean =>
  facts.some((fact) => fact.isPoison && fact.accountId === accountId);

/** Nobody is told twice of a fact that is parked, however often its transaction had to be repeated. */
export function* parkedFactsAreToldOfOnce({ broker, partitions }: World): Generator<string> {
  const told = new Set<string>();
  for (let partition = 0; partition < partitions; partition += 1) {
    for (const { value } of broker.committed(deadLetterTopicOf(bank.events.topic), partition)) {
      const letter = value!.toString();
      if (told.has(letter)) yield `told twice: ${letter}`;
      told.add(letter);
    }
  }
}

/**
 * No hold expires before its time, and none before what its owner could know in time has been applied: the facts that were
 * committed when the owner's epoch began.
 */
export function* deadlinesAreJust(world: World, { partitions, byCommand }: Recording): Generator<string> {
  for (const [partition, events] of partitions.entries()) {
    for (const expired of events) {
      if (expired.event.type !== 'HoldExpired') continue;
      const { meta, event, before, record } = expired;
      if (before.heldUntil !== event.until) yield `a hold expired that was not there, at offset ${record.offset}`;
      if (world.clocksAreTrue && meta.occurredAt < event.until)
        yield `a hold expired ${event.until - meta.occurredAt} ms too early`;
      if ((byCommand.get(meta.commandId) ?? []).length > 1) yield `a hold expired twice by one command`;
      yield* nothingWasOverlooked(world, partition, events, expired);
    }
  }
}

function* nothingWasOverlooked(
  world: World,
  partition: number,
  events: readonly Recorded[],
  { record }: Recorded,
): Generator<string> {
  const begun = world.broker.begunAt(`account-${partition}`, record.producerEpoch);
  const known = world.facts.filter(
    ({ accountId, commit }) =>
      commit < begun && world.partitionOf(accountId) === partition && !isHeldBack(world, accountId),
  );
  const owed = new Set(known.flatMap(({ notes }) => notes));
  for (const { event, record: earlier } of events) {
    if (event.type === 'Received' && earlier.offset < record.offset) owed.delete(event.note);
  }
  if (owed.size > 0)
    yield `a hold expired at offset ${record.offset} before the facts ${[...owed].join(' ')} were applied`;
}
