import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Gathering } from './gathering.ts';

const AN_HOUR = 3_600_000;

async function isOver(gathering: Promise<void>): Promise<boolean> {
  let over = false;
  void gathering.then(() => (over = true));
  await nextTurn();
  return over;
}

const gathering = (durationMs: number, isAwaited = false) => new Gathering({ durationMs, isAwaited: () => isAwaited });

test('a little news makes the next fetch wait, for a while', async () => {
  const hour = gathering(AN_HOUR);
  expect(await isOver(hour.after(1))).toBe(false);
  hour.end();
  await gathering(1).after(1);
});

test('nothing waits after a fetch that brought nothing, or a lot', async () => {
  expect(await isOver(gathering(AN_HOUR).after(0))).toBe(true);
  expect(await isOver(gathering(AN_HOUR).after(100))).toBe(true);
});

test('nothing waits while somebody waits for it', async () => {
  expect(await isOver(gathering(AN_HOUR, true).after(1))).toBe(true);
});

test('somebody who comes later ends the wait', async () => {
  const hour = gathering(AN_HOUR);
  const [first, second] = [hour.after(1), hour.after(2)];
  expect(await isOver(first)).toBe(false);
  hour.end();
  await Promise.all([first, second]);
  const next = hour.after(1);
  expect(await isOver(next)).toBe(false);
  hour.end();
});
