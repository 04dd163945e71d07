import { createServer } from 'node:net';
import { StackError } from './stack-error.ts';

/** The port asked for, or the next one that is free on every address. Ports in `reserved` count as taken. */
export async function freePort(preferred: number, reserved: ReadonlySet<number> = new Set()): Promise<number> {
  for (let port = preferred; port < preferred + 1000 && port < 65_536; port++) {
    if (!reserved.has(port) && (await isFree(port))) return port;
  }
  throw new StackError(`No port from ${preferred} to ${preferred + 999} is free: stop what uses them and start again.`);
}

/** A port that the system picks. */
export async function anyPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
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
