import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '#mechanisms/event-store/index';
import type { OpenPartition } from '#mechanisms/event-store/index';
import { EffectCompanion } from './effect-companion.ts';

/** An entity's state: the ids of its open requests. */
type State = readonly string[];

interface Attempt {
  readonly id: string;
  readonly signal: AbortSignal;
  /** Ends the attempt with the command that answers the request, or with none. */
  readonly end: (command?: string) => void;
}

const NONE: State = [];
let states: Map<string, State>;
let confirmations: (() => void)[];
let attempts: Attempt[];
let companion: EffectCompanion<State, string>;

/** Answers a request at once, with a commit that leaves the state that its command names. */
async function execute({ entityId, command }: { entityId: string; command: string }) {
  commit(entityId, command === '' ? NONE : command.split(' '));
  return { entityId, version: 1, position: { topic: 't', partition: 0, offset: 0 } };
}

const partition: OpenPartition<State, string> = {
  partition: 0,
  cursors: new Map(),
  lastOccurredAt: () => 0,
  clock: systemClock,
  active: () => [...states].map(([id, state]) => [id, { state, version: 1, clientKeys: [] }]),
  get: (id) => ({ state: states.get(id) ?? NONE, version: 1, clientKeys: [] }),
  execute,
  apply: () => Promise.reject(new Error('no facts here')),
  restart: () => undefined,
  parked: () => [],
  handleParked: () => Promise.reject(new Error('nothing is parked')),
  confirm: () => new Promise((resolve) => confirmations.push(resolve)),
};

function commit(entityId: string, state: State): void {
  states.set(entityId, state);
  companion.changed(entityId, state);
}

beforeEach(() => start(60_000));
afterEach(async () => {
  companion.closed();
  for (const { end } of attempts) end();
  await nextTurn();
});

function start(attemptTimeoutMs: number): void {
  states = new Map();
  confirmations = [];
  attempts = [];
  companion = new EffectCompanion<State, string>(
    ([id]) => (id === undefined ? undefined : { id, requestedAt: 0, request: undefined }),
    ({ id }, { signal }) => new Promise((resolve) => attempts.push({ id, signal, end: resolve })),
    { concurrency: 2, attemptTimeoutMs, firstPauseMs: 1, longestPauseMs: 1 },
    (_entityId, error) => {
      throw error;
    },
  );
}

const attempted = () => attempts.map(({ id }) => id);

test('a request is attempted on the strength of the commit that brought it', () => {
  companion.opened(partition);
  commit('a', ['a1']);
  expect(attempted()).toEqual(['a1']);
  expect(confirmations).toHaveLength(0);
});

test('so is the next request, which the answer to the one before brought', async () => {
  companion.opened(partition);
  commit('a', ['a1']);
  attempts[0]!.end('a2');
  await nextTurn();
  expect(attempted()).toEqual(['a1', 'a2']);
  expect(confirmations).toHaveLength(0);
});

test('what was open when the partition opened waits for a commit', async () => {
  states.set('a', ['a1']);
  companion.opened(partition);
  await nextTurn();
  expect(attempted()).toEqual([]);
  confirmations[0]!();
  await nextTurn();
  expect(attempted()).toEqual(['a1']);
});

test('what has waited for a place waits for a commit', async () => {
  companion.opened(partition);
  for (const id of ['a', 'b', 'c']) commit(id, [`${id}1`]);
  expect(attempted()).toEqual(['a1', 'b1']);
  await nextTurn();
  attempts[0]!.end('');
  await nextTurn();
  expect(attempted()).toEqual(['a1', 'b1']);
  confirmations[0]!();
  await nextTurn();
  expect(attempted()).toEqual(['a1', 'b1', 'c1']);
});

test('a further attempt waits for a commit, and is not made when that leaves the request closed', async () => {
  companion.opened(partition);
  commit('a', ['a1']);
  await nextTurn();
  attempts[0]!.end();
  while (confirmations.length === 0) await nextTurn();
  states.set('a', NONE);
  confirmations[0]!();
  await nextTurn();
  expect(attempted()).toEqual(['a1']);
  companion.closed();
});

test('an attempt is aborted when its request is answered otherwise', () => {
  companion.opened(partition);
  commit('a', ['a1']);
  expect(attempts[0]!.signal.aborted).toBe(false);
  commit('a', NONE);
  expect(attempts[0]!.signal.aborted).toBe(true);
});

test('an attempt is aborted when the partition closes', () => {
  companion.opened(partition);
  commit('a', ['a1']);
  companion.closed();
  expect(attempts[0]!.signal.aborted).toBe(true);
});

test('an attempt is aborted when it takes too long', async () => {
  start(1);
  companion.opened(partition);
  commit('a', ['a1']);
  const { signal } = attempts[0]!;
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  companion.closed();
});
