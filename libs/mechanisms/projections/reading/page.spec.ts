import { describe, expect, test } from '@jest/globals';
import { fromCursor, pageOf, toCursor } from './page.ts';
import type { PageKey } from './page.ts';

const key: PageKey = { time: 1_793_613_600_123, id: '0192f0c1-0000-7000-8000-000000000001' };

describe('a cursor', () => {
  test('gives its key back and may stand in a URL', () => {
    const cursor = toCursor(key);
    expect(fromCursor(cursor)).toEqual(key);
    expect(encodeURIComponent(cursor)).toBe(cursor);
  });

  test('gives a rank back, and none where there was none', () => {
    expect(fromCursor(toCursor({ ...key, rank: 1070 }))).toStrictEqual({ ...key, rank: 1070 });
    expect(fromCursor(toCursor(key))).toStrictEqual(key);
  });

  const forged = (text: string) => Buffer.from(text).toString('base64url');
  test.each([
    '',
    'x',
    '%%%',
    `${toCursor(key)}=`,
    ` ${toCursor(key)}`,
    toCursor(key).slice(0, -2),
    forged('1793613600123'),
    forged(`-1 ${key.id}`),
    forged(`01793613600123 ${key.id}`),
    forged(`9999999999999999 ${key.id}`),
    forged(`1793613600123 ${key.id.toUpperCase()}`),
    forged(`1793613600123 ${key.id} `),
    forged(`1793613600123 ${key.id} 01`),
    forged(`1793613600123 ${key.id} -1`),
    forged(`1793613600123 ${key.id}' OR 1=1`),
  ])('%p is none', (text) => {
    expect(() => fromCursor(text)).toThrow(expect.objectContaining({ code: 'INVALID_CURSOR', retriable: false }));
  });
});

describe('a page', () => {
  const rows = [1, 2, 3];
  const keyOf = (time: number): PageKey => ({ time, id: key.id });

  test('that is followed by more ends with a cursor to its last row', () => {
    expect(pageOf(rows, 2, keyOf)).toEqual({ items: [1, 2], next: toCursor(keyOf(2)) });
  });
  test('that is full and the last has none', () => {
    expect(pageOf(rows, 3, keyOf)).toEqual({ items: rows, next: null });
  });
  test('may be empty', () => {
    expect(pageOf([], 3, keyOf)).toEqual({ items: [], next: null });
  });
});
