import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { linearize } from './linearize.ts';
import type { Interval, Model } from './linearize.ts';

type Op = { readonly write: number } | { readonly read: number } | { readonly from: number; readonly to: number };

const register: Model<number, Op> = {
  initial: 0,
  step(state, op) {
    if ('write' in op) return op.write;
    if ('read' in op) return op.read === state ? state : undefined;
    return op.from === state ? op.to : undefined;
  },
  isRead: (op) => 'read' in op,
};

const at = (invoked: number, completed: number, op: Op): Interval<Op> => ({ invoked, completed, op });
const isLinearizable = (...history: Interval<Op>[]) => linearize(history, register).ok;

test('nothing at all, and one after another', () => {
  expect(isLinearizable()).toBe(true);
  expect(isLinearizable(at(1, 2, { write: 1 }), at(3, 4, { read: 1 }), at(5, 6, { from: 1, to: 2 }))).toBe(true);
});

test('a read that overlaps a write may see either; one after it only the new value', () => {
  expect(isLinearizable(at(1, 4, { write: 1 }), at(2, 3, { read: 0 }))).toBe(true);
  expect(isLinearizable(at(1, 4, { write: 1 }), at(2, 3, { read: 1 }))).toBe(true);
  expect(isLinearizable(at(1, 2, { write: 1 }), at(3, 4, { read: 0 }))).toBe(false);
});

test('a value that was seen once is not unseen', () => {
  const write = at(1, 10, { write: 1 });
  expect(isLinearizable(write, at(2, 3, { read: 1 }), at(4, 5, { read: 0 }))).toBe(false);
  expect(isLinearizable(write, at(2, 3, { read: 0 }), at(4, 5, { read: 1 }))).toBe(true);
});

test('two that cannot both have succeeded', () => {
  expect(isLinearizable(at(1, 5, { from: 0, to: 1 }), at(2, 6, { from: 0, to: 2 }))).toBe(false);
  expect(isLinearizable(at(1, 5, { from: 0, to: 1 }), at(2, 6, { from: 1, to: 2 }))).toBe(true);
});

test('an operation without an answer happens at any time after its invocation, or never, but not before', () => {
  const unanswered = at(5, Infinity, { write: 1 });
  expect(isLinearizable(unanswered, at(6, 7, { read: 0 }), at(8, 9, { read: 1 }))).toBe(true);
  expect(isLinearizable(unanswered, at(6, 7, { read: 0 }), at(8, 9, { read: 0 }))).toBe(true);
  expect(isLinearizable(unanswered, at(6, 7, { read: 1 }), at(8, 9, { read: 0 }))).toBe(false);
  expect(isLinearizable(unanswered, at(1, 2, { read: 1 }))).toBe(false);
});

test('a failure tells how far it went and what does not fit', () => {
  const result = linearize([at(1, 2, { write: 1 }), at(3, 4, { read: 7 }), at(5, 6, { read: 1 })], register);
  expect(result).toEqual({ ok: false, order: [{ write: 1 }], state: 1, stuck: [{ read: 7 }] });
});

/** Every order of every subset, tried one by one. */
function isLinearizableByBruteForce(history: readonly Interval<Op>[]): boolean {
  const search = (state: number, left: readonly Interval<Op>[]): boolean => {
    if (left.every(({ completed }) => completed === Infinity)) return true;
    return left.some((next) => {
      const others = left.filter((other) => other !== next);
      if (others.some(({ completed }) => completed < next.invoked)) return false;
      const after = register.step(state, next.op);
      return after !== undefined && search(after, others);
    });
  };
  return search(0, history);
}

test('it agrees with trying everything', () => {
  const value = fc.integer({ min: 0, max: 2 });
  const op: fc.Arbitrary<Op> = fc.oneof(
    fc.record({ write: value }),
    fc.record({ read: value }),
    fc.record({ from: value, to: value }),
  );
  const interval = fc
    .record({
      op,
      invoked: fc.integer({ min: 0, max: 12 }),
      takes: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constant(Infinity)),
    })
    .map(({ op: what, invoked, takes }) => at(invoked, invoked + takes, what));
  const seen = { accepted: 0, rejected: 0 };
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 6 }), (history) => {
      const expected = isLinearizableByBruteForce(history);
      seen[expected ? 'accepted' : 'rejected'] += 1;
      expect(linearize(history, register).ok).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
  expect(Math.min(seen.accepted, seen.rejected)).toBeGreaterThan(100);
});
