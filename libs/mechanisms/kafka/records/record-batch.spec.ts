import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { decodeWithKafkajs } from '../testing/kafkajs-decoding.ts';
import { crc32c } from './crc32c.ts';
import { encodeRecordBatch } from './record-batch.ts';

const outgoingRecord = fc.record({
  key: fc.string({ unit: 'binary' }),
  value: fc.option(fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))),
  headers: fc.dictionary(
    fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => !(name in {})),
    fc.string(),
  ),
  timestamp: fc.integer({ min: 0, max: 8_640_000_000_000 }),
});

test('kafkajs reads back what was encoded', async () => {
  const batches = fc.array(outgoingRecord, { minLength: 1, maxLength: 200 });
  const sequences = fc.integer({ min: 0, max: 2 ** 31 - 1 });
  await fc.assert(
    fc.asyncProperty(batches, sequences, async (records, firstSequence) => {
      const batch = encodeRecordBatch(records, { producerId: '9007199254740993', producerEpoch: 7, firstSequence });
      const { records: decoded } = await decodeWithKafkajs(batch, 0, []);
      expect(
        decoded.map(({ key, value, timestamp, headers }) => ({
          key: String(key),
          value,
          timestamp,
          headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)])),
        })),
      ).toEqual(records.map(({ headers, ...record }) => ({ ...record, headers: { ...headers } })));
      expect(decoded.map(({ sequence }) => sequence)).toEqual(
        records.map((_, index) => (firstSequence + index) % 2 ** 31),
      );
      expect(decoded.every(({ producerId }) => producerId === '9007199254740993')).toBe(true);
      expect(decoded.every(({ producerEpoch }) => producerEpoch === 7)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('the checksum is CRC-32C', () => {
  // The check value of the catalogue of parametrised CRC algorithms, CRC-32/ISCSI.
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
});

test('a timestamp that is no whole number is refused', () => {
  const record = { key: 'a', value: null, timestamp: 0.5 };
  expect(() => encodeRecordBatch([record], { producerId: '1', producerEpoch: 0, firstSequence: 0 })).toThrow(
    RangeError,
  );
});
