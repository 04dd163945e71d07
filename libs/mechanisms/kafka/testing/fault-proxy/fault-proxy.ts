import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Faults } from './faults.ts';
import type { Direction } from './message.ts';
import { nameProxy } from './own-addresses.ts';
import { ProxiedConnection } from './proxied-connection.ts';

/** Whom a partition of the network concerns; what is missing means all. */
export interface Cut {
  /** `host:port`, as the proxy was told it. */
  readonly broker?: string;
  /** A client id, as a client's requests name it. */
  readonly client?: string;
  readonly direction?: Direction;
}

/**
 * Stands between clients and the brokers of a cluster, and lets happen to their messages what `faults` says.
 *
 * It listens on a port of its own for each broker, on the broker's host, and puts these ports into every reply that
 * names a broker, so clients that were given `addresses` never leave it. It must know every broker of the cluster by the
 * address that is advertised. Plain connections only: it cannot look into TLS.
 */
export class FaultProxy {
  /** Decides what becomes of each message; may be exchanged at any time. Without it everything passes. */
  faults: Faults = () => 'pass';
  readonly #servers: readonly Server[];
  readonly #ports = new Map<string, number>();
  readonly #connections = new Set<ProxiedConnection>();
  #cuts: Cut[] = [];
  #healed = Promise.withResolvers<void>();

  private constructor(brokers: readonly string[]) {
    this.#servers = brokers.map((broker) => createServer((client) => this.#serve(client, broker)));
  }

  static async start(brokers: readonly string[]): Promise<FaultProxy> {
    const proxy = new FaultProxy(brokers);
    await Promise.all(proxy.#servers.map((server, index) => listen(server, hostOf(brokers[index]!))));
    for (const [index, broker] of brokers.entries()) {
      proxy.#ports.set(broker, (proxy.#servers[index]!.address() as AddressInfo).port);
    }
    return proxy;
  }

  /** Where clients find the brokers, in the order in which these were given. */
  get addresses(): string[] {
    return [...this.#ports].map(([broker, port]) => `${hostOf(broker)}:${port}`);
  }

  /**
   * From now on nothing passes there, though connections stay and new ones are made: a black hole. What is under way
   * arrives after `heal`, like packets that were sent again and again, even if its sender has gone.
   */
  partition(cut: Cut = {}): void {
    this.#cuts.push(cut);
  }

  /** Ends every partition. */
  heal(): void {
    this.#cuts = [];
    this.#healed.resolve();
    this.#healed = Promise.withResolvers<void>();
  }

  /** Resets every connection. */
  resetAll(): void {
    for (const connection of this.#connections) connection.reset();
  }

  close(): void {
    for (const server of this.#servers) server.close();
    this.resetAll();
    this.heal();
  }

  #serve(client: Socket, broker: string): void {
    const toBroker = connect({ host: hostOf(broker), port: Number(broker.slice(broker.lastIndexOf(':') + 1)) });
    const connection = new ProxiedConnection(broker, [client, toBroker], {
      fateOf: (message) => this.faults(message),
      barrier: ({ clientId }, direction) =>
        this.#isCut(broker, clientId, direction) ? this.#healed.promise : undefined,
      nameProxy: (reply, message) => nameProxy(reply, message, this.#ports),
    });
    this.#connections.add(connection);
    toBroker.on('close', () => this.#connections.delete(connection));
  }

  #isCut(broker: string, clientId: string | null, direction: Direction): boolean {
    return this.#cuts.some(
      (cut) =>
        (cut.broker ?? broker) === broker &&
        (cut.client === undefined || cut.client === clientId) &&
        (cut.direction ?? direction) === direction,
    );
  }
}

const hostOf = (broker: string): string => broker.slice(0, broker.lastIndexOf(':'));

function listen(server: Server, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
}
