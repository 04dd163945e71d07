import { createServer } from 'node:net';
import { join } from 'node:path';
import { cacheFolder } from './cache.ts';
import { tryLock } from './exclusive-lock.ts';
import { StackError } from './stack-error.ts';

/**
 * Promises a port to this process until it ends. A child listens only seconds after its port was chosen; without the
 * promise, two stacks that start at the same time would choose the same ports.
 */
export function reservePort(port: number): boolean {
  return tryLock(join(cacheFolder(), 'ports'), String(port)) !== undefined;
}

/** The port asked for, or the next one that is free on every address and can be reserved. */
export async function freePort(preferred: number, reserve: (port: number) => boolean): Promise<number> {
  for (let port = preferred; port < preferred + 1000 && port < 65_536; port++) {
    if ((await isFree(port)) && reserve(port)) return port;
  }
  throw new StackError(`No port from ${preferred} to ${preferred + 999} is free: stop what uses them and start again.`);
}

/** `fetch` refuses to speak to port 10080 and some below it. */
const FIRST_PORT = 10_100;

/** A free port below those that systems give to outgoing connections, which could take it before its listener does. */
export function anyPort(): Promise<number> {
  return freePort(FIRST_PORT + Math.floor(Math.random() * 20_000), () => true);
}

/** A listener on one address does not keep another process from listening on a wider or narrower one, so all are tried. */
async function isFree(port: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '0.0.0.0', '::']) {
    if (!(await canListen(port, host))) return false;
  }
  return true;
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(!['EADDRINUSE', 'EACCES'].includes(error.code ?? '')),
    );
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
