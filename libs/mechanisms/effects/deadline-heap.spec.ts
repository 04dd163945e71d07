import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { DeadlineHeap } from './deadline-heap.ts';

it('gives the times back in order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 50 })), (times) => {
      const heap = new DeadlineHeap();
      for (const at of times) heap.push({ at, entityId: String(at) });
      const popped = [];
      for (let entry = heap.pop(); entry; entry = heap.pop()) popped.push(entry.at);
      expect(popped).toEqual(times.toSorted((a, b) => a - b));
    }),
  );
});
