import { expect, it } from '@jest/globals';
import { simulateSeed } from './simulate-seed.ts';

const SEEDS = 400;

it(`keeps every promise of the write side through ${SEEDS} seeds of faults`, async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { violations } = await simulateSeed(seed);
    expect({ seed, violations }).toEqual({ seed, violations: [] });
  }
});

it('does the same again for the same seed', async () => {
  const lives = await Promise.all([1, 2, 3].map((seed) => twice(seed)));
  for (const [once, again] of lives) expect(again).toEqual(once);
});

async function twice(seed: number): Promise<string[][]> {
  const traces: string[][] = [];
  for (let time = 0; time < 2; time += 1) {
    const trace: string[] = [];
    const { steps } = await simulateSeed(seed, (line) => trace.push(line));
    traces.push([...trace, `${steps} steps`]);
  }
  return traces;
}
