import type { Socket } from 'node:net';
import { BrokerOfKafkajs, ConnectionPoolOfKafkajs, createKafkajsSocket } from './kafkajs-internals.ts';
import type { Broker, CreateSocket, ProtocolRequest } from './kafkajs-internals.ts';
import type { KafkajsSettings } from './kafkajs-settings.ts';

/**
 * One broker over connections that nobody else uses, so that a long poll or a slow transaction delays nobody
 * (a broker answers the requests of one connection one after the other), and so that cutting them ends whatever hangs.
 */
export class BrokerLink {
  readonly #sockets = new Set<Socket>();
  readonly #broker: Broker;
  #wasConnected = false;
  #cut = false;

  constructor(address: { host: string; port: number }, settings: KafkajsSettings) {
    const { logger } = settings;
    const socketFactory: CreateSocket = (destination) => this.#open(destination);
    const connectionPool = new ConnectionPoolOfKafkajs({ ...settings, ...address, socketFactory });
    this.#broker = new BrokerOfKafkajs({ connectionPool, logger });
  }

  get isConnected(): boolean {
    return !this.#cut && this.#broker.isConnected();
  }

  /** It was connected and is no more, or was cut: connect another one. */
  get isLost(): boolean {
    return this.#cut || (this.#wasConnected && !this.#broker.isConnected());
  }

  async connect(): Promise<void> {
    await this.#broker.connect();
    this.#wasConnected = true;
  }

  /** Sends a request and resolves with the decoded reply, whatever error codes it holds: the caller looks at them. */
  send<Data>({ request, response, requestTimeout }: ProtocolRequest<Data>): Promise<Data> {
    return this.#broker.connectionPool.send({
      request,
      response: { decode: (raw) => response.decode(raw), parse: (data) => Promise.resolve(data) },
      ...(requestTimeout === undefined ? {} : { requestTimeout }),
      logResponseError: false,
    });
  }

  /** Closes the connections at once: requests in flight fail, and nothing leaves any more. */
  cut(reason: string): void {
    this.#cut = true;
    // kafkajs cleans up after an 'error' or 'end', but not after a bare 'close'.
    for (const socket of this.#sockets) socket.destroy(new Error(reason));
  }

  #open(destination: Parameters<CreateSocket>[0]): Socket {
    if (this.#cut) throw new Error('the connection was given up');
    const socket = createKafkajsSocket(destination);
    socket.setNoDelay(true);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }
}
