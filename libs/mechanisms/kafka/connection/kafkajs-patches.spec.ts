import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import './kafkajs-internals.ts';

const load = createRequire(import.meta.url);
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
