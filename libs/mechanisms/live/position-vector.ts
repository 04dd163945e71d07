import { InvalidPosition } from './errors.ts';

const VECTOR = /^\d{1,15}(,\d{1,15})*$/;

/** The next offset of each partition, as the opaque id of an event. */
export const toPosition = (nextOffsets: readonly number[]): string => nextOffsets.join(',');

/** @throws InvalidPosition for a text that is no position among partitions with these ends */
export function fromPosition(text: string, ends: readonly number[]): number[] {
  const nextOffsets = VECTOR.test(text) ? text.split(',').map(Number) : [];
  const fits =
    nextOffsets.length === ends.length && nextOffsets.every((offset, partition) => offset <= ends[partition]!);
  if (!fits) throw new InvalidPosition();
  return nextOffsets;
}
