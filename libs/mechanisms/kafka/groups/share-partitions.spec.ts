import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { sharePartitions } from './share-partitions.ts';
import type { OwnerReport, SharedPartitions } from './share-partitions.ts';

const newcomer = (memberId: string): OwnerReport => ({ memberId, held: [], generation: -1 });
const holding = (memberId: string, held: number[], generation = 1): OwnerReport => ({ memberId, held, generation });
const sharesOf = ({ shares }: SharedPartitions) => Object.fromEntries(shares);

/** The generations that follow until nothing moves any more: each member lets go of what it did not get. */
function settle(members: readonly OwnerReport[], partitions: number) {
  const generations: SharedPartitions[] = [];
  for (let now = members; generations.length < 5;) {
    const shared = sharePartitions(now, partitions);
    generations.push(shared);
    const next = now.map(({ memberId }, index) => holding(memberId, [...shared.shares.get(memberId)!], 10 + index));
    if (JSON.stringify(next.map(({ held }) => held)) === JSON.stringify(now.map(({ held }) => held))) break;
    now = next;
  }
  return generations;
}

describe('sharing partitions', () => {
  it('gives all to the only member', () => {
    expect(sharesOf(sharePartitions([newcomer('a')], 3))).toEqual({ a: [0, 1, 2] });
  });

  it('withholds from a newcomer what is still held, and routes it to its holder', () => {
    const shared = sharePartitions([holding('a', [0, 1, 2]), newcomer('b')], 3);
    expect(sharesOf(shared)).toEqual({ a: [0, 1], b: [] });
    expect(shared.routes).toEqual(['a', 'a', 'a']);
  });

  it('gives it away once it was let go', () => {
    const shared = sharePartitions([holding('a', [0, 1], 2), newcomer('b')], 3);
    expect(sharesOf(shared)).toEqual({ a: [0, 1], b: [2] });
    expect(shared.routes).toEqual(['a', 'a', 'b']);
  });

  it('believes the newer of two that hold the same partition', () => {
    const shared = sharePartitions([holding('zombie', [0, 1], 4), holding('owner', [0, 1], 7)], 2);
    expect(sharesOf(shared)).toEqual({ owner: [0], zombie: [] });
    expect(shared.routes).toEqual(['owner', 'owner']);
  });

  it('leaves members without a partition when there are more of them', () => {
    const shared = sharePartitions(['a', 'b', 'c'].map(newcomer), 2);
    expect(sharesOf(shared)).toEqual({ a: [0], b: [1], c: [] });
  });

  it('always ends even, with every partition given once, and moves none that need not move', () => {
    const groups = fc
      .record({
        partitions: fc.integer({ min: 1, max: 13 }),
        members: fc.integer({ min: 1, max: 6 }),
        holders: fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 13, maxLength: 13 }),
      })
      .map(({ partitions, members, holders }) => ({
        partitions,
        members: Array.from({ length: members }, (_, index) => {
          const held = holders
            .slice(0, partitions)
            .flatMap((holder, partition) => (holder === index ? [partition] : []));
          return holding(`m${index}`, held);
        }),
      }));
    fc.assert(
      fc.property(groups, ({ partitions, members }) => {
        const generations = settle(members, partitions);
        expect(generations.length).toBeLessThanOrEqual(3);
        for (const { shares } of generations) {
          const given = [...shares.values()].flat();
          expect(new Set(given).size).toBe(given.length);
        }
        const final = generations.at(-1)!;
        const sizes = [...final.shares.values()].map(({ length }) => length);
        expect([...final.shares.values()].flat().toSorted((a, b) => a - b)).toEqual([...Array(partitions).keys()]);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        const quota = Math.floor(partitions / members.length);
        for (const { memberId, held } of members) {
          const kept = held.filter((partition) => final.shares.get(memberId)!.includes(partition));
          expect(kept.length).toBeGreaterThanOrEqual(Math.min(held.length, quota));
        }
      }),
    );
  });
});
