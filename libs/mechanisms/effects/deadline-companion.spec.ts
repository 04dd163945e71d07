import { beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '#mechanisms/event-store/index';
import type { Clock, OpenPartition } from '#mechanisms/event-store/index';
import { DeadlineCompanion } from './deadline-companion.ts';

const HOUR = 3_600_000;
const START = 1_700_000_000_000;

/** An entity's state: when its deadline is, by the wall clock; undefined without one. */
type State = number | undefined;

let wall: number;
let monotonic: number;
let tick: () => void;
let sleepers: (() => void)[];
let states: Map<string, State>;
let fired: string[];
let outcome: () => Promise<never> | undefined;
let ends: () => Promise<ReadonlyMap<string, number>>;
let reached: boolean;
let companion: DeadlineCompanion<State, 'time is up'>;

const clock: Clock = {
  ...systemClock,
  now: () => wall,
  monotonic: () => monotonic,
  every: (_duration, callback) => {
    tick = callback;
    return () => (tick = () => undefined);
  },
  sleep: () => new Promise((resolve) => sleepers.push(resolve)),
};

const partition: OpenPartition<State, 'time is up'> = {
  partition: 0,
  cursors: new Map(),
  lastOccurredAt: () => START,
  clock,
  active: () => [...states].map(([id, state]) => [id, { state, version: 1, clientKeys: [] }]),
  get: (id) => ({ state: states.get(id), version: 1, clientKeys: [] }),
  execute: async ({ entityId }) => {
    fired.push(entityId);
    await outcome();
    return { entityId, version: 1, position: { topic: 't', partition: 0, offset: 0 } };
  },
  apply: () => Promise.reject(new Error('no facts here')),
  restart: () => undefined,
  parked: () => [],
  handleParked: () => Promise.reject(new Error('nothing is parked')),
  confirm: () => Promise.resolve(),
};

beforeEach(() => {
  [wall, monotonic, sleepers, fired, states] = [START, 5_000, [], [], new Map()];
  outcome = () => undefined;
  ends = async () => new Map();
  reached = true;
  companion = new DeadlineCompanion<State, 'time is up'>(
    (at) => (at === undefined ? undefined : { at, command: 'time is up' }),
    { ends: () => ends(), hasReached: () => reached },
    { graceMs: 200, tickMs: 100, jumpMs: 1_000 },
  );
});

/** Lets time go by as it does, tick by tick. */
async function pass(milliseconds: number): Promise<void> {
  for (let past = 0; past < milliseconds; past += 100) {
    wall += 100;
    monotonic += 100;
    tick();
    for (const wake of sleepers.splice(0)) wake();
    await systemClock.turn();
  }
}

function commit(id: string, at: State): void {
  states.set(id, at);
  companion.changed(id, at);
}

async function openWith(...entities: [string, State][]): Promise<void> {
  states = new Map(entities);
  companion.opened(partition);
  await pass(400);
}

test('a deadline fires when its time has come, and once', async () => {
  await openWith();
  commit('a', wall + 1_000);
  await pass(900);
  expect(fired).toEqual([]);
  await pass(500);
  expect(fired).toEqual(['a']);
});

test('deadlines that passed before the partition opened fire after the grace period', async () => {
  states = new Map([['a', START - 1]]);
  companion.opened(partition);
  await pass(100);
  expect(fired).toEqual([]);
  await pass(400);
  expect(fired).toEqual(['a']);
});

test('none fires before the sources were read to the ends seen then, also when these cannot be learnt at first', async () => {
  reached = false;
  let attempts = 0;
  ends = () => (++attempts < 3 ? Promise.reject(new Error('no broker')) : Promise.resolve(new Map()));
  await openWith(['a', START + 100]);
  await pass(2_000);
  expect(fired).toEqual([]);
  reached = true;
  await pass(500);
  expect(fired).toEqual(['a']);
});

test('one that is lifted or moved does not fire at its old time', async () => {
  await openWith(['lifted', START + 1_000], ['moved', START + 1_000]);
  commit('lifted', undefined);
  commit('moved', START + 3_000);
  await pass(1_500);
  expect(fired).toEqual([]);
  await pass(2_000);
  expect(fired).toEqual(['moved']);
});

test.each([HOUR, -HOUR])('a wall clock that jumps by %i ms brings none forward and puts none off', async (jump) => {
  await openWith(['a', START + 5_000]);
  wall += jump;
  commit('a', START + 5_000);
  commit('set after the jump', wall + 2_000);
  await pass(1_500);
  expect(fired).toEqual([]);
  await pass(1_500);
  expect(fired).toEqual(['set after the jump']);
  await pass(3_000);
  expect(fired).toEqual(['set after the jump', 'a']);
});

test('a clock that was behind the records when the partition opened is read again once it is put right', async () => {
  wall -= HOUR;
  await openWith(['a', START + 5_000]);
  commit('set by a right clock', START + 6_000);
  wall += HOUR;
  await pass(4_000);
  expect(fired).toEqual([]);
  await pass(1_000);
  expect(fired).toEqual(['a']);
  await pass(1_000);
  expect(fired).toEqual(['a', 'set by a right clock']);
});

test('after the process stood still, what waits in the sources is read first', async () => {
  await openWith(['a', START + 2_000]);
  reached = false;
  wall += 10_000;
  monotonic += 10_000;
  await pass(1_000);
  expect(fired).toEqual([]);
  commit('a', undefined);
  reached = true;
  await pass(1_000);
  expect(fired).toEqual([]);
});

test('one whose command could not be executed is sent again, one that was refused is not', async () => {
  await openWith(['a', START + 500]);
  const errors = [
    Object.assign(new Error('later'), { name: 'NotExecuted' }),
    Object.assign(new Error(), { name: 'DomainError' }),
  ];
  outcome = () => Promise.reject(errors.shift()!);
  await pass(2_000);
  expect(fired).toEqual(['a', 'a']);
});

test('nothing fires for a partition that is let go', async () => {
  await openWith(['a', START + 500]);
  companion.closed();
  await pass(1_000);
  expect(fired).toEqual([]);
});
