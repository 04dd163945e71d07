import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Collapser } from './collapser.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** Executions that take as long as they are told to, and what they were asked for. */
class Service {
  readonly collapser = new Collapser<number>();
  /** When each execution began. */
  readonly begun: number[] = [];
  running = 0;
  mostRunning = 0;

  ask(question: string, takesMs: number, fails = false): Promise<number> {
    return this.collapser.run(question, async () => {
      const number = this.begun.push(Date.now());
      this.mostRunning = Math.max(this.mostRunning, (this.running += 1));
      await new Promise((resolve) => setTimeout(resolve, takesMs));
      this.running -= 1;
      if (fails) throw new Error(`execution ${number} failed`);
      return number;
    });
  }
}

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

test('whoever asks alone is answered at once', async () => {
  const service = new Service();
  for (let times = 1; times <= 3; times += 1) {
    const answer = service.ask('a', 0);
    expect(service.begun).toHaveLength(times);
    await pass(0);
    expect(await answer).toBe(times);
  }
});

test('those who ask while an execution runs share the next, which begins when that one ends', async () => {
  const service = new Service();
  const start = Date.now();
  const answers = [service.ask('a', 10)];
  for (let asked = 0; asked < 5; asked += 1) {
    await pass(1);
    answers.push(service.ask('a', 10));
  }
  await pass(20);
  expect(await Promise.all(answers)).toEqual([1, 2, 2, 2, 2, 2]);
  expect(service.begun).toEqual([start, start + 10]);
});

test('different questions do not wait for each other', async () => {
  const service = new Service();
  const answers = ['a', 'b', 'c'].map((question) => service.ask(question, 10));
  expect(service.mostRunning).toBe(3);
  await pass(10);
  expect(await Promise.all(answers)).toEqual([1, 2, 3]);
});

test('an execution that fails fails for those who share it, and for nobody else', async () => {
  const service = new Service();
  const asked = [service.ask('a', 10, true), service.ask('a', 10, true), service.ask('a', 10)];
  const answers = Promise.allSettled(asked);
  await pass(10);
  asked.push(service.ask('a', 10));
  const last = service.ask('a', 10);
  await pass(30);
  expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(service.begun).toHaveLength(3);
  expect(await last).toBe(3);
});

describe('an execution that takes long', () => {
  test('is not waited for', async () => {
    const service = new Service();
    const answers = [service.ask('a', 60_000), service.ask('a', 1), service.ask('a', 1)];
    await pass(200);
    expect(await Promise.all(answers.slice(1))).toEqual([2, 2]);
    expect(service.running).toBe(1);
  });

  test('is not taken for the one that was begun meanwhile when it ends', async () => {
    const service = new Service();
    const slow = service.ask('a', 150);
    const next = service.ask('a', 90);
    await pass(160);
    expect(await slow).toBe(1);
    const gathered = service.ask('a', 1);
    expect(service.begun).toHaveLength(2);
    await pass(60);
    expect(await Promise.all([next, gathered])).toEqual([2, 3]);
  });
});

test('whatever comes when: every answer was begun after the question, and fast executions of one run one by one', async () => {
  const step = fc.record({
    afterMs: fc.integer({ min: 0, max: 40 }),
    question: fc.constantFrom('a', 'b'),
    takesMs: fc.integer({ min: 0, max: 99 }),
    fails: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const service = new Service();
      const answered: Promise<void>[] = [];
      for (const { afterMs, question, takesMs, fails } of steps) {
        await pass(afterMs);
        const asked = Date.now();
        const before = service.begun.length;
        const answer = service.ask(question, takesMs, fails);
        const check = async (): Promise<void> => {
          const number = await answer.catch((error: Error) => Number(/\d+/.exec(error.message)));
          expect(number).toBeGreaterThan(before);
          expect(service.begun[number - 1]).toBeGreaterThanOrEqual(asked);
        };
        answered.push(check());
      }
      await pass(1_000);
      await Promise.all(answered);
      expect(service.running).toBe(0);
      expect(service.mostRunning).toBeLessThanOrEqual(2);
      expect(jest.getTimerCount()).toBe(0);
    }),
  );
});
