import { expect, test } from '@jest/globals';
import { Api } from './message.ts';
import { nameProxy } from './own-addresses.ts';

const BROKERS = new Map([
  ['127.0.0.1:9092', 4001],
  ['127.0.0.1:9093', 4002],
]);

const int32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const classic = (host: string, port: number) =>
  Buffer.concat([Buffer.from([0, host.length]), Buffer.from(host), int32(port)]);
const compact = (host: string, port: number) =>
  Buffer.concat([Buffer.from([host.length + 1]), Buffer.from(host), int32(port)]);

const rewritten = (apiKey: number, apiVersion: number, ...parts: Buffer[]): Buffer => {
  const reply = Buffer.concat(parts);
  const message = { direction: 'reply', apiKey, apiVersion, correlationId: 1, clientId: null, broker: '' } as const;
  nameProxy(reply, message, BROKERS);
  return reply;
};

test.each([
  ['Metadata', 6, classic],
  ['Metadata', 12, compact],
  ['FindCoordinator', 2, classic],
  ['FindCoordinator', 4, compact],
  ['DescribeCluster', 0, compact],
  ['Produce', 10, compact],
  ['Fetch', 16, compact],
] as const)('%s, version %d, names the proxy for every broker', (api, version, address) => {
  const reply = rewritten(
    Api[api],
    version,
    int32(1),
    address('127.0.0.1', 9093),
    int32(2),
    address('127.0.0.1', 9092),
    int32(1),
    address('127.0.0.1', 9093),
  );
  expect(reply).toEqual(
    Buffer.concat([
      int32(1),
      address('127.0.0.1', 4002),
      int32(2),
      address('127.0.0.1', 4001),
      int32(1),
      address('127.0.0.1', 4002),
    ]),
  );
});

test.each([
  ['another broker', Api.Metadata, 6, classic('127.0.0.1', 9094)],
  ['another host', Api.Metadata, 6, classic('127.0.0.11', 9092)],
  ['a longer host that ends the same', Api.Metadata, 6, classic('x127.0.0.1', 9092)],
  ['records', Api.Fetch, 11, compact('127.0.0.1', 9092)],
  ['a reply that never names a broker', Api.EndTxn, 1, classic('127.0.0.1', 9092)],
])('%s stays as it is', (_what, apiKey, apiVersion, bytes) => {
  expect(rewritten(apiKey, apiVersion, int32(7), bytes)).toEqual(Buffer.concat([int32(7), bytes]));
});

test('a port of the proxy that is the old port of another broker is not taken for that broker', () => {
  const reply = Buffer.concat([int32(1), classic('h', 1), classic('h', 2)]);
  const message = {
    direction: 'reply',
    apiKey: 3,
    apiVersion: 6,
    correlationId: 1,
    clientId: null,
    broker: '',
  } as const;
  const swapped = new Map([
    ['h:1', 2],
    ['h:2', 3],
  ]);
  nameProxy(reply, message, swapped);
  expect(reply).toEqual(Buffer.concat([int32(1), classic('h', 2), classic('h', 3)]));
});
