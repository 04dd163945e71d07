import { expect, test } from '@jest/globals';
import { SeededRandom } from './seeded-random.ts';

const sequence = (random: SeededRandom) => Array.from({ length: 20 }, () => random.between(1, 1_000));

test('the same seed gives the same sequence, another one another', () => {
  expect(sequence(new SeededRandom(7))).toEqual(sequence(new SeededRandom(7)));
  expect(sequence(new SeededRandom(7))).not.toEqual(sequence(new SeededRandom(8)));
});

test('a fork depends on seed and name only, not on what was drawn before', () => {
  const drawn = new SeededRandom(7);
  sequence(drawn);
  expect(sequence(drawn.fork('load'))).toEqual(sequence(new SeededRandom(7).fork('load')));
  expect(sequence(drawn.fork('load'))).not.toEqual(sequence(drawn.fork('faults')));
  expect(sequence(new SeededRandom(8).fork('load'))).not.toEqual(sequence(drawn.fork('load')));
});

test('numbers are within their bounds and spread over them', () => {
  const random = new SeededRandom(3);
  const drawn = Array.from({ length: 3_000 }, () => random.between(1, 3));
  for (const number of [1, 2, 3]) {
    expect(drawn.filter((other) => other === number).length).toBeGreaterThan(900);
  }
  expect(new Set(drawn)).toEqual(new Set([1, 2, 3]));
  const hits = Array.from({ length: 3_000 }, () => random.chance(0.25)).filter(Boolean).length;
  expect(hits).toBeGreaterThan(650);
  expect(hits).toBeLessThan(850);
});
