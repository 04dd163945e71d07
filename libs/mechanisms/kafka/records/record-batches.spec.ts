import { zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { batch, compressed, emptied, marker, withAttribute, withoutLast } from '../testing/hand-made-batches.ts';
import { decodeWithKafkajs } from '../testing/kafkajs-decoding.ts';
import { headerOf } from './log-record.ts';
import { encodeRecordBatch } from './record-batch.ts';
import { decodeRecordBatches } from './record-batches.ts';
import type { AbortedTransaction } from './record-batches.ts';

const APPEND_TIME = 0x08;
const SNAPPY = 2;
const ZSTD = 4;

function keysIn(batches: readonly Buffer[], position = 0, aborted: readonly AbortedTransaction[] = []) {
  const { records, ...rest } = decodeRecordBatches(Buffer.concat(batches), position, aborted);
  return { keys: records.map(({ key }) => String(key)), ...rest };
}

describe('compaction', () => {
  test('a batch whose last records are gone is passed to its end', () => {
    expect(keysIn([withoutLast(batch(10, '7', ['a', 'b']), 5)])).toMatchObject({ keys: ['a', 'b'], nextOffset: 15 });
  });

  test('a batch without a record is passed to its end', () => {
    const empty = emptied(withoutLast(batch(10, '7', ['a']), 5));
    expect(keysIn([empty])).toMatchObject({ keys: [], nextOffset: 15, isEmpty: false });
    expect(keysIn([withAttribute(empty, 1), batch(15, '7', ['c'])])).toMatchObject({ keys: ['c'], nextOffset: 16 });
  });
});

describe('aborted transactions', () => {
  const aborted = [
    { producerId: '2', firstOffset: 1 },
    { producerId: '1', firstOffset: 0 },
  ];

  test('are left out although the broker lists them in the order of the aborts', () => {
    const batches = [
      batch(0, '1', ['aborted last']),
      batch(1, '2', ['aborted first']),
      batch(2, '3', ['committed']),
      marker(3, '2', 'abort'),
      marker(4, '1', 'abort'),
      marker(5, '3', 'commit'),
    ];
    expect(keysIn(batches, 0, aborted)).toEqual({ keys: ['committed'], nextOffset: 6, isEmpty: false });
  });

  test('are entered together when the first records of both were compacted away', () => {
    expect(keysIn([batch(4, '1', ['aborted']), batch(5, '2', ['aborted too'])], 0, aborted).keys).toEqual([]);
  });

  test('end at their marker', () => {
    const batches = [batch(0, '1', ['aborted']), marker(1, '1', 'abort'), batch(2, '1', ['next'])];
    expect(keysIn(batches, 0, [{ producerId: '1', firstOffset: 0 }]).keys).toEqual(['next']);
  });

  test('do not end at a record whose key looks like a marker', () => {
    const batches = [batch(0, '1', ['\0\0\0\0', 'aborted']), batch(2, '1', ['too'])];
    expect(keysIn(batches, 0, [{ producerId: '1', firstOffset: 0 }]).keys).toEqual([]);
  });
});

test('a part of a batch at the end is left', () => {
  const whole = batch(0, '1', ['a']);
  const part = batch(1, '1', ['b']).subarray(0, -1);
  expect(keysIn([whole, part])).toEqual({ keys: ['a'], nextOffset: 1, isEmpty: false });
  expect(keysIn([part], 1)).toEqual({ keys: [], nextOffset: 1, isEmpty: true });
  expect(keysIn([part.subarray(0, 10)], 1)).toEqual({ keys: [], nextOffset: 1, isEmpty: true });
});

test('zstd is read, another codec is refused', () => {
  expect(keysIn([compressed(batch(0, '1', ['a', 'b']), ZSTD, zstdCompressSync)]).keys).toEqual(['a', 'b']);
  expect(() => keysIn([withAttribute(batch(0, '1', ['a']), SNAPPY)])).toThrow(/codec 2/);
});

test('a record that is longer than its batch is refused', () => {
  const corrupt = batch(0, '1', ['a']);
  corrupt[61] = 126;
  expect(() => keysIn([corrupt])).toThrow('The record 0 is corrupt.');
});

const WRITER = { producerId: '1', producerEpoch: 0, firstSequence: 0 };

test('headers have all values of a name that occurs twice', () => {
  const headers = { ab: '1', ba: '2' };
  const twice = encodeRecordBatch([{ key: 'a', value: null, headers, timestamp: 0 }], WRITER);
  twice.write('ab', twice.lastIndexOf('ba'));
  const [record] = decodeRecordBatches(twice, 0, []).records;
  expect(headerOf(record!, 'ab')).toEqual([Buffer.from('1'), Buffer.from('2')]);
  expect(record!.headers).toEqual({ ab: [Buffer.from('1'), Buffer.from('2')] });
});

test('one header is what it is among all', () => {
  const names = ['ce_id', 'ce_if', 'ce_type', 'c', ''];
  const some = fc.dictionary(fc.constantFrom(...names), fc.string({ unit: 'grapheme', maxLength: 9 }));
  fc.assert(
    fc.property(some, fc.boolean(), (headers, allFirst) => {
      const content = encodeRecordBatch([{ key: 'a', value: null, headers, timestamp: 0 }], WRITER);
      const [record] = decodeRecordBatches(content, 0, []).records;
      if (allFirst) void record!.headers;
      for (const name of names) {
        const value = headers[name];
        expect(headerOf(record!, name)).toEqual(value === undefined ? undefined : Buffer.from(value));
      }
    }),
  );
});

/** A producer goes on with its transaction, or ends it; some batches are compacted or compressed afterwards. */
const step = fc.record({
  producer: fc.constantFrom('1', '2', '3'),
  act: fc.oneof(
    { weight: 2, arbitrary: fc.array(fc.string({ unit: 'grapheme', maxLength: 9 }), { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constantFrom('abort' as const, 'abort' as const, 'commit' as const) },
  ),
  form: fc.constantFrom('plain', 'compressed', 'without last', 'emptied', 'append time'),
});

function logOf(steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[]) {
  const open = new Map<string, number>();
  const aborted: AbortedTransaction[] = [];
  const batches: Buffer[] = [];
  let offset = 5;
  for (const { producer, act, form } of steps) {
    if (typeof act === 'string') {
      const firstOffset = open.get(producer);
      if (act === 'abort' && firstOffset !== undefined) aborted.push({ producerId: producer, firstOffset });
      open.delete(producer);
      batches.push(marker(offset, producer, act));
      offset += 1;
      continue;
    }
    if (!open.has(producer)) open.set(producer, offset);
    const whole = batch(offset, producer, act);
    const gap = form === 'without last' ? 2 : 0;
    const forms: Record<typeof form, Buffer> = {
      plain: whole,
      compressed: compressed(whole),
      'without last': withoutLast(whole, act.length + gap),
      emptied: emptied(whole),
      'append time': withAttribute(whole, APPEND_TIME),
    };
    batches.push(forms[form]);
    offset += act.length + gap;
  }
  // What no one has ended yet stands behind the last stable offset; here it counts as committed.
  return { bytes: Buffer.concat(batches), aborted };
}

test('any log reads as with kafkajs, from any position and cut anywhere', async () => {
  const logs = fc.array(step, { minLength: 1, maxLength: 40, size: 'max' });
  await fc.assert(
    fc.asyncProperty(logs, fc.nat(20), fc.nat(200), async (steps, position, cut) => {
      const { bytes, aborted } = logOf(steps);
      // kafkajs throws at fewer bytes than tell it the format.
      const fetched = bytes.subarray(0, Math.max(17, bytes.length - Math.max(0, cut - 100)));
      const theirs = await decodeWithKafkajs(fetched, position, aborted);
      const { records, ...rest } = decodeRecordBatches(fetched, position, aborted);
      const fields = records.map(({ offset, timestamp, key, value, headers, producerId, producerEpoch, sequence }) => ({
        offset,
        timestamp,
        key,
        value,
        headers,
        producerId,
        producerEpoch,
        sequence,
      }));
      expect({ records: fields, ...rest }).toEqual(theirs);
    }),
    { numRuns: 100 },
  );
}, 30_000);
