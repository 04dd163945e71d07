import { appendFileSync, closeSync, mkdtempSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { boundLog, lastLines, openLog, sizeOf } from './log-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'factstream-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the last lines are those of this start only', () => {
  const path = join(folder, 'two-starts.log');
  appendFileSync(path, 'of the start before\n');
  const from = sizeOf(path);
  appendFileSync(path, 'one\n\ntwo\nthree\n');
  expect(lastLines(path, from, 2)).toEqual(['two', 'three']);
  expect(lastLines(path, from)).toEqual(['one', 'two', 'three']);
  expect(lastLines(join(folder, 'missing.log'))).toEqual([]);
});

test('a log that has grown too large is cut, and its writer goes on at the new end', () => {
  const path = join(folder, 'long.log');
  const log = openLog(path);
  writeSync(log, 'x'.repeat(11 * 1024 * 1024));
  boundLog(path);
  writeSync(log, 'after\n');
  closeSync(log);
  expect(statSync(path).size).toBe('after\n'.length);
  expect(statSync(`${path}.1`).size).toBe(11 * 1024 * 1024);
});
