import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { waitFor } from '#mechanisms/testing/wait-for';
import { HttpClient } from './index.ts';

let client: HttpClient;
let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => unknown;
let sockets: Set<Socket>;
let url: string;

beforeEach(async () => {
  client = new HttpClient();
  sockets = new Set();
  server = createServer((request, response) => answer(request, response));
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/path`;
});

afterEach(() => {
  client.close();
  server.closeAllConnections();
  server.close();
});

const get = (more: { signal?: AbortSignal; timeoutMs?: number } = {}) =>
  client.send(url, { method: 'GET', timeoutMs: 10_000, ...more });

test('what is sent arrives, and the answer comes back whole', async () => {
  answer = async (request, response) => {
    const body = (await Array.fromAsync(request)).join('');
    const { method, url: path, headers } = request;
    response.writeHead(201).write('ä');
    response.end([method, path, headers['content-length'], headers['x-more'], body].join(' '));
  };
  const sent = client.send(url, { method: 'POST', headers: { 'x-more': '1' }, body: '{"ö":1}', timeoutMs: 10_000 });
  expect(await sent).toEqual({ status: 201, text: 'äPOST /path 8 1 {"ö":1}' });
});

test('requests that follow one another share a connection', async () => {
  answer = (_request, response) => response.end();
  for (let count = 0; count < 5; count += 1) await get();
  expect(sockets.size).toBeLessThan(5);
});

test('a connection that nobody uses is closed by this side, one that waits for an answer is not', async () => {
  answer = (_request, response) => response.end();
  server.keepAliveTimeout = 60_000;
  await get();
  const [socket] = sockets;
  await waitFor(() => socket!.destroyed);
  answer = (_request, response) => setTimeout(() => response.end('late'), 1_000);
  expect(await get()).toEqual({ status: 200, text: 'late' });
  expect(sockets.size).toBe(2);
});

test('a redirection is an answer, and is not followed', async () => {
  answer = (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end('go');
  expect(await get()).toEqual({ status: 302, text: 'go' });
});

test('without an answer it fails at the time-out', async () => {
  answer = () => {};
  await expect(get({ timeoutMs: 20 })).rejects.toThrow('no answer within 20 ms');
});

test('the time-out holds for an answer that begins and does not end', async () => {
  answer = (_request, response) => response.write('begun');
  await expect(get({ timeoutMs: 50 })).rejects.toThrow();
});

test('it fails when the signal aborts', async () => {
  const abortion = new AbortController();
  answer = () => abortion.abort();
  await expect(get({ signal: abortion.signal })).rejects.toMatchObject({ name: 'AbortError' });
  await expect(get({ signal: abortion.signal })).rejects.toMatchObject({ name: 'AbortError' });
});

test('an answer that is cut off is none', async () => {
  answer = (_request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('half', () => response.destroy());
  };
  await expect(get()).rejects.toThrow();
});

test('nobody there is a failure', async () => {
  await new Promise((resolve) => server.close(resolve));
  await expect(get()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
