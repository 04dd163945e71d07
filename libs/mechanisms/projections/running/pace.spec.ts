import { describe, expect, test } from '@jest/globals';
import { LiveWork, Pace } from './pace.ts';

const nothing = () => Promise.resolve();

describe('a version that nobody reads', () => {
  test('keeps its rate over all its partitions', async () => {
    const pace = new Pace(new LiveWork(), () => ({ isCurrent: false, rate: 200 }));
    const began = performance.now();
    await Promise.all([pace.run(10, nothing), pace.run(10, nothing), pace.run(10, nothing)]);
    expect(performance.now() - began).toBeGreaterThan(95);
  });

  test('gives way to a batch of a current one, and takes turns with itself', async () => {
    const live = new LiveWork();
    const behind = new Pace(live, () => ({ isCurrent: false, rate: null }));
    const { promise, resolve } = Promise.withResolvers<void>();
    const order: string[] = [];
    const current = new Pace(live, () => ({ isCurrent: true, rate: 1 })).run(1, () => promise);
    const others = [1, 2].map((which) => behind.run(1, () => Promise.resolve(void order.push(`behind ${which}`))));
    await new Promise(setImmediate);
    order.push('current');
    resolve();
    await Promise.all([current, ...others]);
    expect(order).toEqual(['current', 'behind 1', 'behind 2']);
  });

  test('goes on after an error', async () => {
    const pace = new Pace(new LiveWork(), () => ({ isCurrent: false, rate: null }));
    await expect(pace.run(1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(pace.run(1, () => Promise.resolve(1))).resolves.toBe(1);
  });
});
