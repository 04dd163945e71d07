import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Scratch } from './scratch.ts';

let dir: string;
let scratch: Scratch;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scratch-spec-'));
  scratch = Scratch.open(dir);
});
afterEach(async () => {
  await scratch.close();
  rmSync(dir, { recursive: true });
});

/** So many that most of them are written. */
const MANY = 10_000;
const keyOf = (number: number): string => `key-${(number * 7_919) % MANY}`;

describe('a map on the disk', () => {
  test('is a map, in the order of its keys', () => {
    const [map, model] = [scratch.map<{ n: number }>(), new Map<string, { n: number }>()];
    for (const [step, each] of [
      (number: number) => number * 2,
      (number: number) => (number % 3 === 0 ? undefined : number),
    ].entries()) {
      for (let number = step; number < MANY; number += 1 + step) {
        const n = each(number);
        const key = keyOf(number);
        if (n === undefined) expect(map.delete(key)).toBe(model.delete(key));
        else {
          model.set(key, { n });
          map.set(key, { n });
        }
      }
    }
    expect(map.size).toBe(model.size);
    expect([...map]).toEqual([...model].toSorted(([a], [b]) => (a < b ? -1 : 1)));
    expect([...map.keys()]).toEqual([...model.keys()].toSorted());
    for (let number = 0; number < MANY; number += 97) {
      expect([map.get(keyOf(number)), map.has(keyOf(number))]).toEqual([
        model.get(keyOf(number)),
        model.has(keyOf(number)),
      ]);
    }
    map.clear();
    expect([map.size, [...map], map.get(keyOf(1))]).toEqual([0, [], undefined]);
  });

  test('is apart from the others', () => {
    const [one, other] = [scratch.map<number>(), scratch.map<number>()];
    one.set('a', 1);
    expect([one.size, other.size]).toEqual([1, 0]);
  });

  test('keeps data as it was', () => {
    class Decoded {
      readonly amount = 2 ** 53 - 1;
      readonly reason = null;
    }
    const map = scratch.map<unknown>();
    const value = ['é', -0.5, false, new Decoded(), { at: 1_700_000_000_000, bytes: Buffer.from('bytes') }];
    map.set('data', value);
    expect(map.size).toBe(1);
    expect(map.get('data')).toEqual([...value.slice(0, 3), { amount: 2 ** 53 - 1, reason: null }, value[4]]);
  });

  test('tells values of more shapes apart than it keeps the names of', () => {
    const map = scratch.map<Record<string, unknown>>();
    const shapeOf = (number: number) => ({ [`field-${number % 300}`]: { [`inner-${number % 70}`]: number } });
    for (let number = 0; number < MANY; number += 1) map.set(keyOf(number), shapeOf(number));
    expect(map.size).toBe(MANY);
    for (let number = 0; number < MANY; number += 7) expect(map.get(keyOf(number))).toEqual(shapeOf(number));
  });

  test('keeps bytes as they were, also when more are read after them', () => {
    const map = scratch.bytes();
    const valueOf = (number: number) => Buffer.alloc(number % 5, number);
    for (let number = 0; number < MANY; number += 1) map.set(keyOf(number), valueOf(number));
    const entries = [...map];
    expect(entries).toHaveLength(MANY);
    for (let number = 0; number < MANY; number += 97) {
      expect(map.get(keyOf(number))).toEqual(valueOf(number));
    }
    const expected = new Map(Array.from({ length: MANY }, (_, number) => [keyOf(number), valueOf(number)]));
    expect(entries.every(([key, value]) => expected.get(key)!.equals(value))).toBe(true);
  });

  test('takes any key, and tells long ones apart', () => {
    const long = 'é'.repeat(3_000);
    const keys = [
      '',
      ' ',
      '\u0000',
      'a\u0000b',
      'a\u0001b',
      'a\u00010000\u00010012',
      '12',
      'true',
      '😀',
      '\uffff',
      `${long}a`,
      `${long}b`,
    ];
    const map = scratch.map<string>();
    for (const key of keys) map.set(key, key);
    expect(map.size).toBe(keys.length);
    expect(keys.map((key) => map.get(key))).toEqual(keys);
    expect([...map].map(([, key]) => key)).toEqual(
      keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    const short = keys.slice(0, -2);
    expect([...map.keys()].filter((key) => key.length < 400 && !key.includes('é'))).toEqual(
      short.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
  });

  test('is iterated as of the beginning, whatever is written meanwhile', () => {
    const map = scratch.map<number>();
    for (let number = 0; number < MANY; number += 1) map.set(keyOf(number), number);
    let count = 0;
    for (const [key] of map) {
      count += 1;
      map.delete(key);
      map.set(`more-${key}`, 1);
    }
    expect(count).toBe(MANY);
    expect(map.size).toBe(MANY);
    expect([...map.keys()].every((key) => key.startsWith('more-'))).toBe(true);
  });
});

test('nothing is left on the disk, not even by a process that is killed', () => {
  scratch.map<number>().set('a', 1);
  expect(readdirSync(dir)).toEqual([]);
});

test('more than fits into memory', async () => {
  const source = `
    import { Scratch } from ${JSON.stringify(join(import.meta.dirname, 'scratch.ts'))};
    const scratch = Scratch.open(${JSON.stringify(dir)});
    const map = scratch.map();
    const value = 'x'.repeat(1_000);
    for (let number = 0; number < 100_000; number += 1) map.set('key-' + number, { number, value: value + number });
    let sum = 0;
    for (const [, { number }] of map) sum += number;
    process.stdout.write(map.size + ' ' + sum);
    await scratch.close();`;
  const run = promisify(execFile)(process.execPath, [
    '--max-old-space-size=32',
    '--conditions=source',
    '--import',
    join(import.meta.dirname, '../../../../../swc-hook.mjs'),
    '--input-type=module',
    '--eval',
    source,
  ]);
  expect((await run).stdout).toBe('100000 4999950000');
}, 60_000);
