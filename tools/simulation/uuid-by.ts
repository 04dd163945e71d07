import { v4 as uuidv4 } from 'uuid';
import type { SeededRandom } from '#mechanisms/testing/seeded-random';

/** A UUID that the seed decides. */
export const uuidBy = (random: SeededRandom): string =>
  uuidv4({ random: Uint8Array.from({ length: 16 }, () => random.between(0, 255)) });
