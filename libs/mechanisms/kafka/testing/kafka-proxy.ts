import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export const Api = {
  Produce: 0,
  Fetch: 1,
  Heartbeat: 12,
  InitProducerId: 22,
  AddPartitionsToTxn: 24,
  EndTxn: 26,
} as const;

/** What happens to a message: it passes, its connection is cut instead, or it is swallowed. */
export type Fate = 'pass' | 'cut' | 'swallow';

/**
 * A broker on another port, with accidents. It names itself wherever the broker names its address, so clients stay
 * with it; that is found by its bytes, for a broker that is advertised by an address of the same length.
 */
export class KafkaProxy {
  request: (apiKey: number) => Fate = () => 'pass';
  reply: (apiKey: number) => Fate = () => 'pass';
  readonly #broker: { host: string; port: number };
  readonly #server = createServer((client) => this.#serve(client));
  readonly #sockets = new Set<Socket>();

  constructor(broker: string) {
    const [host = '', port] = broker.split(':');
    this.#broker = { host, port: Number(port) };
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${this.#port}`;
  }

  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.#server.close();
    this.cutAll();
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #serve(client: Socket): void {
    const broker = connect(this.#broker);
    const apiKeys = new Map<number, number>();
    const cut = () => {
      client.destroy();
      broker.destroy();
    };
    for (const socket of [client, broker]) {
      this.#sockets.add(socket);
      socket.on('error', cut).on('close', cut);
      socket.on('close', () => this.#sockets.delete(socket));
    }
    forEachMessage(client, (message) => {
      const apiKey = message.readInt16BE(4);
      apiKeys.set(message.readInt32BE(8), apiKey);
      settle(this.request(apiKey), cut, () => broker.write(message));
    });
    forEachMessage(broker, (message) => {
      const apiKey = apiKeys.get(message.readInt32BE(4)) ?? -1;
      settle(this.reply(apiKey), cut, () => client.write(this.#withOwnAddress(message)));
    });
  }

  #withOwnAddress(message: Buffer): Buffer {
    const host = Buffer.from('127.0.0.1');
    const advertised = Buffer.concat([host, int32(this.#broker.port)]);
    for (let at = message.indexOf(advertised); at >= 0; at = message.indexOf(advertised, at + 1)) {
      message.writeInt32BE(this.#port, at + host.length);
    }
    return message;
  }
}

function settle(fate: Fate, cut: () => void, pass: () => void): void {
  if (fate === 'cut') cut();
  else if (fate === 'pass') pass();
}

function forEachMessage(socket: Socket, handle: (message: Buffer) => void): void {
  let received = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
      const size = 4 + received.readInt32BE(0);
      handle(Buffer.from(received.subarray(0, size)));
      received = received.subarray(size);
    }
  });
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
