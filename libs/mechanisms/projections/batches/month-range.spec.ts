import { expect, test } from '@jest/globals';
import { v4, v7 } from 'uuid';
import { monthNamed, monthOf, timeOf } from './month-range.ts';

const at = (text: string) => Date.parse(text);

test('the time of a UUIDv7 is read, of others not', () => {
  const msecs = at('2026-11-02T10:00:00.123Z');
  expect(timeOf(v7({ msecs }))).toBe(msecs);
  expect(timeOf(v4())).toBeUndefined();
});

test.each([
  ['2026-11-01T00:00:00.000Z', '2026_11'],
  ['2026-11-30T23:59:59.999Z', '2026_11'],
  ['2026-12-31T23:59:59.999Z', '2026_12'],
  ['2024-02-29T12:00:00.000Z', '2024_02'],
])('%s is in %s, and its ids are in the range', (time, name) => {
  const month = monthOf(at(time));
  const id = v7({ msecs: at(time) });
  expect(month.name).toBe(name);
  expect(id >= month.from && id < month.to).toBe(true);
  expect(monthNamed(name)).toEqual(month);
});

test('months follow each other without a gap', () => {
  const december = monthOf(at('2026-12-15T00:00:00Z'));
  expect(monthOf(december.endsAt)).toMatchObject({ name: '2027_01', from: december.to });
});
