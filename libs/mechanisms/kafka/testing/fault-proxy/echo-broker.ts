import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Frames } from './frames.ts';
import { Api, correlationIdOf, requestHeader } from './message.ts';
import type { ApiName } from './message.ts';

/** A stub that answers every request with nothing but its correlation id, and remembers which came. */
export class EchoBroker {
  readonly received: number[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer((socket) => this.#serve(socket));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Closes as a broker that dies. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(socket: Socket): void {
    const frames = new Frames();
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      for (const frame of frames.take(chunk)) {
        const { correlationId } = requestHeader(frame);
        this.received.push(correlationId);
        socket.write(int32(4, correlationId));
      }
    });
  }
}

/** A client that sends headers of requests and remembers which were answered, and how its connection ended. */
export class EchoClient {
  readonly answered: number[] = [];
  ended: string | undefined;
  readonly #socket: Socket;

  constructor(address: string) {
    const [host = '', port] = address.split(':');
    const frames = new Frames();
    this.#socket = connect({ host, port: Number(port) });
    this.#socket.on('data', (chunk: Buffer) => {
      for (const frame of frames.take(chunk)) this.answered.push(correlationIdOf(frame));
    });
    this.#socket.on('error', ({ code }: NodeJS.ErrnoException) => (this.ended = code));
    this.#socket.on('close', () => (this.ended ??= 'closed'));
  }

  send(correlationId: number, api: ApiName = 'EndTxn', clientId = 'client'): void {
    const api32 = Api[api] * 2 ** 16 + 1;
    const name = Buffer.from([0, clientId.length, ...Buffer.from(clientId)]);
    this.#socket.write(Buffer.concat([int32(8 + name.length, api32, correlationId), name]));
  }

  close(): void {
    this.#socket.destroySoon();
  }
}

function int32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeInt32BE(value, 4 * index);
  return bytes;
}
