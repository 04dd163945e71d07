import { expect, test } from '@jest/globals';
import { resetTarget } from './reset-target.ts';

test.each([
  ['earliest', 'earliest'],
  ['latest', 'latest'],
  ['0', { offset: 0 }],
  ['42', { offset: 42 }],
  ['2026-11-02T10:00:00Z', { time: Date.UTC(2026, 10, 2, 10) }],
  ['2026-11-02T10:00:00.123+01:00', { time: Date.UTC(2026, 10, 2, 9, 0, 0, 123) }],
  ['2026-11-02', { time: Date.UTC(2026, 10, 2) }],
])('%s', (text, target) => {
  expect(resetTarget(text)).toEqual(target);
});

test.each(['', 'first', '-1', '1.5', '2026', '2026-11-02T10:00:00', '2026-13-02', '1e3'])('not %s', (text) => {
  if (text === '2026') return expect(resetTarget(text)).toEqual({ offset: 2026 });
  expect(() => resetTarget(text)).toThrow('--to is');
});
