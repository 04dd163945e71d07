import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import { decodeMessages, DecoderOfKafkajs, filterAbortedMessages } from './kafkajs-internals.ts';
import { encodeRecordBatch } from './record-batch.ts';

const load = createRequire(import.meta.url);
const LENGTH = 8;
const ATTRIBUTES = 21;
const LAST_OFFSET_DELTA = 23;
const RECORD_COUNT = 57;
const TRANSACTIONAL_CONTROL = 0x30;

function batch(firstOffset: number, producerId: string, keys: readonly string[]): Buffer {
  const records = keys.map((key) => ({ key, value: Buffer.from(key), timestamp: 1_000 }));
  const bytes = encodeRecordBatch(records, { producerId, producerEpoch: 0, firstSequence: 0 });
  bytes.writeBigInt64BE(BigInt(firstOffset), 0);
  return bytes;
}

function marker(offset: number, producerId: string, type: 'abort' | 'commit'): Buffer {
  const bytes = batch(offset, producerId, [type === 'abort' ? '\0\0\0\0' : '\0\0\0\u0001']);
  bytes.writeInt16BE(TRANSACTIONAL_CONTROL, ATTRIBUTES);
  return bytes;
}

/** What log compaction leaves of a batch when its last records, or all, are gone. */
function compacted(bytes: Buffer, originalCount: number): Buffer {
  bytes.writeInt32BE(originalCount - 1, LAST_OFFSET_DELTA);
  return bytes;
}

function emptied(firstOffset: number, originalCount: number): Buffer {
  const bytes = batch(firstOffset, '7', ['a']).subarray(0, 61);
  bytes.writeInt32BE(61 - 12, LENGTH);
  bytes.writeInt32BE(0, RECORD_COUNT);
  return compacted(bytes, originalCount);
}

function decode(...batches: Buffer[]) {
  const size = Buffer.alloc(4);
  const bytes = Buffer.concat(batches);
  size.writeInt32BE(bytes.length);
  return decodeMessages(new DecoderOfKafkajs(Buffer.concat([size, bytes])));
}

test('a batch whose last records were compacted away is passed to its end', async () => {
  const messages = await decode(compacted(batch(10, '7', ['a', 'b']), 5));
  expect(messages.map(({ offset, isControlRecord }) => [offset, isControlRecord])).toEqual([
    ['10', false],
    ['11', false],
    ['14', true],
  ]);
});

test('a batch that was compacted to nothing is passed to its end', async () => {
  const messages = await decode(emptied(10, 5), batch(15, '7', ['c']));
  expect(messages.map(({ offset, isControlRecord }) => [offset, isControlRecord])).toEqual([
    ['14', true],
    ['15', false],
  ]);
});

test('a whole batch gets no additional record', async () => {
  const messages = await decode(batch(10, '7', ['a', 'b']));
  expect(messages.map(({ offset }) => offset)).toEqual(['10', '11']);
});

test('aborted records stay out although the broker lists their transactions in the order of the aborts', async () => {
  const messages = await decode(
    batch(0, '1', ['aborted last']),
    batch(1, '2', ['aborted first']),
    batch(2, '3', ['committed']),
    marker(3, '2', 'abort'),
    marker(4, '1', 'abort'),
    marker(5, '3', 'commit'),
  );
  const abortedTransactions = [
    { producerId: '2', firstOffset: '1' },
    { producerId: '1', firstOffset: '0' },
  ];
  const visible = filterAbortedMessages({ messages, abortedTransactions }).filter((record) => !record.isControlRecord);
  expect(visible.map(({ key }) => String(key))).toEqual(['committed']);
});

test('two transactions are entered at one record when the first ones of both were compacted away', async () => {
  const messages = await decode(batch(4, '1', ['aborted']), batch(5, '2', ['aborted too']));
  const abortedTransactions = [
    { producerId: '2', firstOffset: '1' },
    { producerId: '1', firstOffset: '2' },
  ];
  expect(filterAbortedMessages({ messages, abortedTransactions })).toEqual([]);
});

const logger = { namespace: () => logger, debug() {}, info() {}, warn() {}, error() {} };

test('an idle request queue holds no timer', () => {
  const RequestQueue = load('kafkajs/src/network/requestQueue');
  const queue = new RequestQueue({
    maxInFlightRequests: null,
    requestTimeout: 1_000,
    clientId: '',
    broker: '',
    logger,
  });
  queue.checkPendingRequests();
  expect(queue.throttleCheckTimeoutId).toBeNull();
});

test('a new socket does not continue the half received reply of the one before', async () => {
  const Connection = load('kafkajs/src/network/connection');
  const sockets: EventEmitter[] = [];
  const socketFactory = ({ onConnect }: { onConnect: () => void }) => {
    const socket = Object.assign(new EventEmitter(), { end() {}, unref() {} });
    sockets.push(socket);
    queueMicrotask(onConnect);
    return socket;
  };
  const connection = new Connection({
    host: 'h',
    port: 1,
    logger,
    socketFactory,
    connectionTimeout: 1_000,
    requestTimeout: 1_000,
  });
  await connection.connect();
  sockets[0]!.emit('data', Buffer.from([0, 0, 1, 0, 42]));
  sockets[0]!.emit('end');
  await connection.disconnect();
  await connection.connect();
  const replies: unknown[] = [];
  connection.requestQueue.fulfillRequest = ({ correlationId }: { correlationId: number }) =>
    replies.push(correlationId);
  sockets[1]!.emit('data', Buffer.from([0, 0, 0, 4, 0, 0, 0, 9]));
  await connection.disconnect();
  expect(replies).toEqual([9]);
});
