import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { DomainError } from '#mechanisms/event-sourcing/index';
import { NotExecuted, VersionMismatch } from '#mechanisms/event-store/index';
import type { CommandEnvelope, Receipt } from '#mechanisms/event-store/index';
import type { Instance } from './owner-group.ts';
import { PeerClient } from './peer-client.ts';
import { servePeers } from './peer-routes.ts';
import type { PeerService } from './peer-routes.ts';

const receipt: Receipt = { entityId: 'e', version: 3, position: { topic: 't', partition: 1, offset: 7 } };
const envelope: CommandEnvelope<string> = {
  entityId: 'e',
  command: 'do it',
  commandId: 'c',
  causationId: 'c',
  correlationId: 'c',
  actor: 'test',
  traceparent: null,
};

let server: FastifyInstance;
let client: PeerClient<string>;
let peer: Instance;
let service: PeerService<string>;
let asked: unknown[];

beforeEach(async () => {
  asked = [];
  service = {
    execute: async (...command) => {
      asked.push(command);
      return receipt;
    },
    wait: async (...wanted) => {
      asked.push(wanted);
      return { version: 4 };
    },
    prompt: (entityId) => asked.push(entityId),
    handleParked: async (partition, request) => {
      asked.push([partition, request]);
      return partition === 1 ? [{ name: 'order-events-0/7', outcome: 'applied' }] : undefined;
    },
  };
  server = fastify({ forceCloseConnections: true });
  servePeers<string>(server, 'tally', 'secret', {
    execute: (...command) => service.execute(...command),
    wait: (...wanted) => service.wait(...wanted),
    prompt: (entityId) => service.prompt(entityId),
    handleParked: (...wanted) => service.handleParked(...wanted),
  });
  peer = { address: await server.listen({ port: 0, host: '127.0.0.1' }), token: 'secret' };
  client = new PeerClient('tally');
});

afterEach(async () => {
  client.close();
  await server.close();
});

const execute = (to = peer) => client.execute(to, envelope, 5_000);

test('a command arrives as it was sent, and its receipt comes back', async () => {
  expect(await execute()).toEqual(receipt);
  expect(asked).toEqual([[envelope, 5_000]]);
});

test('waits and prompts arrive', async () => {
  expect(await client.wait(peer, { entityId: 'e', version: 3, timeoutMs: 100 })).toEqual({ version: 4 });
  await client.prompt(peer, 'e');
  expect(asked).toEqual([['e', 3, 100], 'e']);
});

test('what is to be done about parked facts reaches the owner of their partition alone', async () => {
  const request = { kind: 'redrive', names: ['order-events-0/7'] } as const;
  expect(await client.handleParked(peer, 1, request)).toEqual([{ name: 'order-events-0/7', outcome: 'applied' }]);
  await expect(client.handleParked(peer, 2, request)).rejects.toMatchObject({ name: 'NotOwner' });
  expect(asked).toEqual([
    [1, request],
    [2, request],
  ]);
});

test.each([
  [new DomainError('TALLY_FULL', 'The limit is reached.'), { name: 'DomainError', code: 'TALLY_FULL' }],
  [new VersionMismatch(9), { name: 'VersionMismatch', currentVersion: 9, retriable: false }],
  [new NotExecuted('Too many.', 'OVERLOADED'), { name: 'NotExecuted', code: 'OVERLOADED', message: 'Too many.' }],
])('a refusal comes back as what it was: %s', async (refusal, seen) => {
  service.execute = () => Promise.reject(refusal);
  await expect(execute()).rejects.toMatchObject(seen);
});

test('who does not know the token is let in nowhere', async () => {
  const stranger = { ...peer, token: 'guessed' };
  await expect(execute(stranger)).rejects.toMatchObject({ name: 'NotOwner' });
  await expect(client.prompt(stranger, 'e')).rejects.toMatchObject({ name: 'NotOwner' });
  const bare = await fetch(`${peer.address}/internal/tally/execute`, { method: 'POST', body: '{}' });
  expect(bare.status).toBe(401);
  expect(asked).toEqual([]);
});

test('an instance that is not there has executed nothing', async () => {
  await server.close();
  await expect(execute()).rejects.toMatchObject({ name: 'NotOwner' });
});

test('of one that dies with the command, nobody knows', async () => {
  service.execute = async () => {
    await server.close();
    return receipt;
  };
  await expect(execute()).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
});

test('of a defect at the other side, nobody knows how far it came', async () => {
  service.execute = () => Promise.reject(new TypeError('a defect'));
  await expect(execute()).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
});

test('no more than so many commands are under way to one instance', async () => {
  const ended = Promise.withResolvers<Receipt>();
  service.execute = () => ended.promise;
  const underWay = Array.from({ length: 512 }, () => execute());
  await expect(execute()).rejects.toMatchObject({ code: 'OVERLOADED' });
  ended.resolve(receipt);
  expect(await Promise.all(underWay)).toHaveLength(512);
  expect(await execute()).toEqual(receipt);
});
