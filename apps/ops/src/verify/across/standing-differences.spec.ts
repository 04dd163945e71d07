import { describe, expect, test } from '@jest/globals';
import type { Difference } from '../report.ts';
import { standingDifferences } from './standing-differences.ts';
import type { Settling } from './standing-differences.ts';
import { difference } from './system-state.ts';

const SETTLING = { quietMs: 30, mostMs: 200, pauseMs: 5 };
const [lasting, passing] = ['lasting', 'passing'].map((id) => difference('order-events', id, 'it', 1, 2));

type Look = Parameters<typeof standingDifferences>[0];
const standing = async (look: Look, settling: Settling = SETTLING): Promise<Difference[]> => [
  ...(await standingDifferences(look, settling, () => new Map())),
];

/** Looks at what was found each time, the last of it for ever. */
const looking = (moved: boolean, ...looks: Difference[][]) => {
  let count = 0;
  return () => Promise.resolve({ found: looks[Math.min(count++, looks.length - 1)]!, moved });
};

describe('a difference', () => {
  test('is none when a fact was on its way', async () => {
    expect(await standing(looking(false, [passing!], []))).toEqual([]);
    expect(await standing(looking(false, [lasting!, passing!], [lasting!]))).toEqual([lasting]);
  });

  test('must be the same all the time', async () => {
    const other = { ...passing!, found: 3 };
    expect(await standing(looking(false, [passing!], [other], [passing!]))).toEqual([]);
  });

  test('is told in the end, also when the system never rests', async () => {
    const begun = performance.now();
    expect(await standing(looking(true, [lasting!]))).toEqual([lasting]);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(SETTLING.mostMs - 1);
  });

  test('costs no time when there is none', async () => {
    const begun = performance.now();
    expect(await standing(looking(false, []), { ...SETTLING, quietMs: 5_000, mostMs: 5_000 })).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});
