import { expect, test } from '@jest/globals';
import { advanceSequence, belongsTo } from './sequence.ts';

const attempt = {
  producerId: '5',
  producerEpoch: 3,
  partitions: [
    { topic: 'events', partition: 1, firstSequence: 10, count: 2 },
    { topic: 'latest', partition: 1, firstSequence: 2 ** 31 - 1, count: 3 },
  ],
};
const record = { producerId: '5', producerEpoch: 3, sequence: 10 };

test.each([
  ['its first record', 'events', 1, record, true],
  ['its last record', 'events', 1, { ...record, sequence: 11 }, true],
  ['the record before', 'events', 1, { ...record, sequence: 9 }, false],
  ['the record behind', 'events', 1, { ...record, sequence: 12 }, false],
  ['another epoch', 'events', 1, { ...record, producerEpoch: 4 }, false],
  ['another producer', 'events', 1, { ...record, producerId: '6' }, false],
  ['another partition', 'events', 0, record, false],
  ['another topic', 'latest', 1, record, false],
  ['a record before the sequence wraps', 'latest', 1, { ...record, sequence: 2 ** 31 - 1 }, true],
  ['a record after the sequence wrapped', 'latest', 1, { ...record, sequence: 1 }, true],
  ['a record behind the wrap', 'latest', 1, { ...record, sequence: 2 }, false],
] as const)('%s', (_name, topic, partition, read, expected) => {
  expect(belongsTo(attempt, topic, partition, read)).toBe(expected);
});

test('sequences wrap to 0', () => {
  expect(advanceSequence(2 ** 31 - 1, 1)).toBe(0);
});
