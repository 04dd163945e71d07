import type { BrokerLink } from './broker-link.ts';
import type { ClusterClient } from './cluster-client.ts';
import type { ProtocolRequest } from './kafkajs-internals.ts';

/**
 * The broker that coordinates a group or a transactional id. It is looked up at the first request, and again when it said
 * that it is the coordinator no more (`forget`) or its connection is gone. Requests are not retried.
 */
export class CoordinatorLink {
  readonly #client: ClusterClient;
  readonly #kind: 'group' | 'transaction';
  readonly #id: string;
  #link: BrokerLink | undefined;

  constructor(client: ClusterClient, kind: 'group' | 'transaction', id: string) {
    this.#client = client;
    this.#kind = kind;
    this.#id = id;
  }

  forget(): void {
    this.#link = undefined;
  }

  async send<Data>(protocol: ProtocolRequest<Data>): Promise<Data> {
    if (this.#link === undefined || this.#link.isLost) {
      this.#link = await this.#client.coordinatorOf(this.#kind, this.#id);
    }
    return this.#client.send(this.#link, protocol);
  }
}
