import { expect, test } from '@jest/globals';
import { partitionFor } from './partition-for.ts';

// From UtilsTest.testMurmur2 of the Java client; its toPositive masks the sign.
const javaVectors: [key: string, murmur2: number][] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
];

test.each(javaVectors)('%s is hashed as by the Java client', (key, murmur2) => {
  expect(partitionFor(key, 2 ** 31)).toBe(murmur2 & 0x7fffffff);
});

test('a key is hashed by its UTF-8 bytes', () => {
  // The Java client's partition of "Grüße 😀" among 12, by org.apache.kafka.clients.producer.internals.BuiltInPartitioner.
  expect(partitionFor('Grüße 😀', 12)).toBe(6);
});
