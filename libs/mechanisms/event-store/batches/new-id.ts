import { randomFillSync } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

const BYTES_PER_ID = 16;
const pool = Buffer.alloc(256 * BYTES_PER_ID);
let used = pool.length;

/** A new UUIDv7 of a time in epoch milliseconds. Randomness is fetched for many at once: asking the system for each costs more than all the rest of it. */
export function newId(time: number): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + BYTES_PER_ID);
  used += BYTES_PER_ID;
  return uuidv7({ random, msecs: time });
}
