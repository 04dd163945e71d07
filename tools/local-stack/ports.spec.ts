import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { anyPort, freePort } from './ports.ts';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

function occupy(port: number, host: string): Promise<void> {
  const server = createServer();
  servers.push(server);
  return new Promise((resolve) => server.listen(port, host, resolve));
}

test.each(['127.0.0.1', '0.0.0.0'])('a port taken on %s is passed over', async (host) => {
  const port = await anyPort();
  await occupy(port, host);
  expect(await freePort(port, () => true)).toBeGreaterThan(port);
});

test('a port that was promised to somebody else is passed over', async () => {
  const port = await anyPort();
  expect(await freePort(port, (candidate) => candidate !== port)).toBeGreaterThan(port);
});
