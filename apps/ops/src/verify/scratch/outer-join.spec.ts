import { describe, expect, test } from '@jest/globals';
import { outerJoin } from './outer-join.ts';

const mapOf = (keys: string) => new Map(keys.split('').map((key) => [key, key.toUpperCase()]));
const joined = (these: string, those: string) =>
  [...outerJoin(mapOf(these), mapOf(those))].map(([key, a, b]) => `${key}:${a ?? '-'}${b ?? '-'}`).join(' ');

describe('an outer join', () => {
  test('has every key of either side once, with both values', () => {
    expect(joined('', '')).toBe('');
    expect(joined('ab', '')).toBe('a:A- b:B-');
    expect(joined('', 'ab')).toBe('a:-A b:-B');
    expect(joined('ab', 'ab')).toBe('a:AA b:BB');
    expect(joined('ade', 'bcdf')).toBe('a:A- b:-B c:-C d:DD e:E- f:-F');
  });

  test('takes keys in the order of their bytes', () => {
    const keys = ['é', '\uffff', '😀'];
    const map = new Map(keys.map((key) => [key, 1]));
    expect([...outerJoin(map, new Map([['😀', 2]]))]).toEqual([
      ['é', 1, undefined],
      ['\uffff', 1, undefined],
      ['😀', 1, 2],
    ]);
  });

  test('closes both sides when it is left', () => {
    const closed: string[] = [];
    function* side(name: string): Generator<[string, number]> {
      try {
        for (;;) yield ['a', 1];
      } finally {
        closed.push(name);
      }
    }
    for (const _ of outerJoin(side('left'), side('right'))) break;
    expect(closed).toEqual(['left', 'right']);
  });
});
