import { isDeepStrictEqual } from 'node:util';
import { isRefusal } from '#mechanisms/event-sourcing/index';
import { account } from './account.ts';
import { isNotExecuted, isUnknown } from './history.ts';
import type { Answer, Attempt, Operation, Peek } from './history.ts';
import type { Recorded, Recording } from './recorded.ts';

type Receipt = Extract<Answer, { receipt: unknown }>['receipt'];

/**
 * What a client was told is what the log says: an accepted command's events stand in it once, where the receipt names
 * them, decided on the state before them; a refused one left nothing; and whatever was told of a state without changing it was
 * true at some moment between the command's delivery and its answer.
 */
export function* answersAreTrue(history: readonly Operation[], recording: Recording): Generator<string> {
  for (const operation of history) {
    const { envelope, attempts } = operation;
    const told = `${envelope.command.type} ${envelope.commandId}`;
    for (const problem of problemsOf(operation, recording)) {
      yield `${told}: ${problem}; attempts: ${attempts.map(describe).join(', ') || 'none'}`;
    }
  }
}

/** An instance may show an old state, but never one that was not committed. */
export function* onlyCommitsAreSeen(peeks: readonly Peek[], recording: Recording): Generator<string> {
  for (const { instance, accountId, at, version, state } of peeks) {
    const isCommitted = version <= recording.versionAt(accountId, at);
    if (!isCommitted || !isDeepStrictEqual({ ...state }, { ...recording.stateAt(accountId, version) })) {
      yield `${instance} showed version ${version} of ${accountId} before it was committed`;
    }
  }
}

function* problemsOf(operation: Operation, recording: Recording): Generator<string> {
  const { envelope, attempts } = operation;
  const events = recording.byCommand.get(envelope.commandId) ?? [];
  const versions = new Set(
    attempts.flatMap(({ answer }) => (answer && 'receipt' in answer ? [answer.receipt.version] : [])),
  );
  if (versions.size > 1) yield `answered with the versions ${[...versions].join(' and ')}`;
  if (events.length > 0) yield* decidedRightly(operation, events);
  const isOpen = attempts.some(({ answer }) => !answer || isUnknown(answer));
  if (versions.size === 0 && !isOpen && events.length > 0) yield `left ${events.length} events although it was refused`;
  for (const attempt of attempts) {
    const { answer } = attempt;
    if (!answer || isNotExecuted(answer) || isUnknown(answer)) continue;
    if ('error' in answer) {
      yield* refusalIsTrue(operation, attempt, answer.error, recording);
      if (attempt.deliveredAt > doneAt(operation, events)) yield 'was refused although it had been done';
    } else if (events.length > 0) yield* receiptIsTrue(operation, attempt, answer.receipt, events);
    else yield* nothingChanged(operation, answer.receipt, attempt, recording);
  }
}

/** From when on a repetition must be recognised. */
function doneAt({ attempts }: Operation, [first]: readonly Recorded[]): number {
  if (first) return first.record.transaction.commit;
  return Math.min(...attempts.map(({ answer, answeredAt }) => (answer && 'receipt' in answer ? answeredAt : Infinity)));
}

function* decidedRightly({ envelope }: Operation, events: readonly Recorded[]): Generator<string> {
  const [first] = events;
  const decision = account.decider.decide(envelope.command, first!.before);
  const expected = isRefusal(decision) ? [] : decision;
  const recorded = events.map(({ event }) => event);
  if (!isDeepStrictEqual(recorded, expected)) {
    yield `left ${JSON.stringify(recorded)} where its state leads to ${JSON.stringify(expected)}`;
  }
  if (new Set(events.map(({ record }) => record.transaction)).size > 1) yield 'is spread over several transactions';
  if (mismatches(envelope.expectedVersion, first!.meta.entityVersion - 1))
    yield 'changed another version than it expected';
}

function* receiptIsTrue(
  { envelope }: Operation,
  { answeredAt }: Attempt,
  { version, position }: Receipt,
  events: readonly Recorded[],
): Generator<string> {
  const last = events.at(-1)!;
  if (last.record.transaction.commit >= answeredAt) yield 'was answered before its commit';
  if (last.meta.entityVersion !== version) yield `ends at version ${last.meta.entityVersion}, not ${version}`;
  // A repeated answer names the end of the log
  const isThere = envelope.requestHash ? position.offset >= last.record.offset : position.offset === last.record.offset;
  if (!isThere) yield `ends at offset ${last.record.offset}, not ${position.offset}`;
}

/** Told of a state: true if the account was in it, at one moment while the command was at work. */
function* nothingChanged(
  { envelope, attempts }: Operation,
  { version }: Receipt,
  { answeredAt }: Attempt,
  recording: Recording,
): Generator<string> {
  const { entityId, command, expectedVersion, requestHash } = envelope;
  // With a key the first answer is given again, however old it is
  const since = requestHash
    ? attempts[0]!.deliveredAt
    : attempts.find((one) => one.answeredAt === answeredAt)!.deliveredAt;
  const from = recording.versionAt(entityId, since);
  const to = recording.versionAt(entityId, answeredAt);
  if (version < from || version > to) {
    yield `nothing changed at version ${version}, outside of ${from} to ${to}`;
    return;
  }
  const decision = account.decider.decide(command, recording.stateAt(entityId, version));
  if (isRefusal(decision) || decision.length > 0) yield `nothing changed at version ${version}, where something would`;
  if (mismatches(expectedVersion, version)) yield `passed at version ${version} in spite of what it expected`;
}

function* refusalIsTrue(
  { envelope }: Operation,
  { deliveredAt, answeredAt }: Attempt,
  error: Error & { readonly code?: string; readonly currentVersion?: number },
  recording: Recording,
): Generator<string> {
  const { entityId, command, expectedVersion } = envelope;
  const from = recording.versionAt(entityId, deliveredAt);
  const to = recording.versionAt(entityId, answeredAt);
  for (let version = from; version <= to; version += 1) {
    const decision = account.decider.decide(command, recording.stateAt(entityId, version));
    const code = isRefusal(decision) ? decision.code : undefined;
    const isMismatch = mismatches(expectedVersion, version);
    if (error.code === 'VERSION_MISMATCH' ? isMismatch && error.currentVersion === version : error.code === code)
      return;
  }
  yield `the refusal ${error.code ?? error.message} is true of no version from ${from} to ${to}`;
}

function mismatches(expected: number | 'any' | undefined, version: number): boolean {
  if (expected === undefined) return false;
  return expected === 'any' ? version === 0 : version !== expected;
}

function describe({ instance, deliveredAt, answeredAt, answer }: Attempt): string {
  const given = !answer ? 'nothing' : 'receipt' in answer ? `version ${answer.receipt.version}` : answer.error.code;
  return `${instance} at ${deliveredAt} → ${given ?? 'an error'} at ${answeredAt}`;
}
