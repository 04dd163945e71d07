import { setTimeout as delay } from 'node:timers/promises';

/** Waits until the condition holds, or fails after `deadlineMs`. An answer that is not false or undefined is handed on. */
export async function waitFor<T>(
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  deadlineMs = 10_000,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const answer = await condition();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end)
      throw new Error(`the condition did not hold within ${deadlineMs} ms: ${condition.toString()}`);
    await delay(10);
  }
}
