import { describe, expect, test } from '@jest/globals';
import { committedBatches } from './committed-records.ts';
import type { StoredBatch } from './committed-records.ts';

const TRANSACTIONAL = 0b01_0000;
const CONTROL = 0b11_0000;

const data = (firstOffset: number, producerId: number, count = 2, attributes = TRANSACTIONAL): StoredBatch => ({
  firstOffset: BigInt(firstOffset),
  lastOffsetDelta: count - 1,
  attributes,
  producerId: BigInt(producerId),
  records: Array.from({ length: count }, (_, offsetDelta) => ({ offsetDelta, key: Buffer.from('key') })),
});
const marker = (firstOffset: number, producerId: number, type: 'abort' | 'commit'): StoredBatch => ({
  ...data(firstOffset, producerId, 1, CONTROL),
  records: [{ offsetDelta: 0, key: Buffer.from([0, 0, 0, type === 'abort' ? 0 : 1]) }],
});
const aborted = (producerId: number, firstOffset: number) => ({
  producerId: BigInt(producerId),
  firstOffset: BigInt(firstOffset),
});
const offsetsOf = (batches: StoredBatch[], list: { producerId: bigint; firstOffset: bigint }[]) =>
  [...committedBatches(batches, list)].map(({ firstOffset }) => Number(firstOffset));

describe('committed batches', () => {
  test('are all but the markers when nothing was aborted', () => {
    const log = [data(0, 1), marker(2, 1, 'commit'), data(3, 2), marker(5, 2, 'commit')];
    expect(offsetsOf(log, [])).toEqual([0, 3]);
  });

  test('leave out several aborted transactions of one producer and keep what it committed between', () => {
    const log = [
      [data(0, 1), marker(2, 1, 'abort')],
      [data(3, 1), marker(5, 1, 'commit')],
      [data(6, 1), data(8, 1), marker(10, 1, 'abort')],
      [data(11, 1), marker(13, 1, 'commit')],
    ].flat();
    expect(offsetsOf(log, [aborted(1, 0), aborted(1, 6)])).toEqual([3, 11]);
    expect(offsetsOf(log, [aborted(1, 6), aborted(1, 0)])).toEqual([3, 11]);
  });

  test('keep another producer’s batches within an aborted transaction', () => {
    const log = [data(0, 1), data(2, 2), data(4, 1), marker(6, 2, 'commit'), data(7, 2, 1), marker(8, 1, 'abort')];
    expect(offsetsOf(log, [aborted(1, 0)])).toEqual([2, 7]);
  });

  test('leave out a transaction that was begun before the response and one whose marker comes after it', () => {
    const log = [data(20, 1), marker(22, 1, 'abort'), data(23, 1), marker(25, 1, 'commit'), data(26, 2)];
    expect(offsetsOf(log, [aborted(2, 26), aborted(1, 4)])).toEqual([23]);
  });

  test('keep what was written outside of any transaction, by the same producer too', () => {
    expect(offsetsOf([data(0, -1, 2, 0), data(2, 1, 2, 0)], [aborted(1, 0)])).toEqual([0, 2]);
  });

  test('bear batches and markers that compaction has emptied', () => {
    const emptied = { ...data(3, 1), records: [] };
    const withoutMarker = { ...marker(2, 1, 'commit'), records: [] };
    expect(offsetsOf([data(0, 1), withoutMarker, emptied], [])).toEqual([0, 3]);
  });
});
