import { setTimeout as sleep } from 'node:timers/promises';

/** Calls `one` at a steady rate, whether or not the earlier calls have ended, and answers what all of them answered. */
export async function steadily<T>(
  perSecond: number,
  seconds: number,
  one: (count: number) => Promise<T>,
): Promise<T[]> {
  const all: Promise<T>[] = [];
  const start = performance.now();
  for (let count = 0; count < perSecond * seconds; count += 1) {
    await sleep(Math.max(0, start + (count * 1_000) / perSecond - performance.now()));
    all.push(one(count));
  }
  return Promise.all(all);
}
