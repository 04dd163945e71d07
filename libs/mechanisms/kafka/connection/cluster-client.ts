import { Counter } from 'prom-client';
import { nameOf } from '../topics/topic-partition.ts';
import { BrokerLink } from './broker-link.ts';
import { requests } from './kafkajs-internals.ts';
import type { BrokerAddress, ProtocolRequest } from './kafkajs-internals.ts';
import type { KafkajsSettings } from './kafkajs-settings.ts';
import { isConnectionLoss, throwIfFailed } from './protocol-error.ts';

const LEADER_NOT_AVAILABLE = 5;

const requestsSent = new Counter({
  name: 'kafka_requests_total',
  help: 'Requests to Kafka of writers, readers and subscriptions, by what they ask for.',
  labelNames: ['api'],
});

/**
 * A cluster seen over connections of its own, for one user at a time. It knows who leads a partition and remembers it
 * until told to forget. It retries nothing; a lost connection is thrown away, and the next call makes a new one.
 */
export class ClusterClient {
  readonly #settings: KafkajsSettings;
  #seeds: readonly { host: string; port: number }[];
  readonly #links = new Map<string, BrokerLink>();
  readonly #leaders = new Map<string, BrokerAddress>();
  #closed = false;

  constructor(brokers: readonly string[], settings: KafkajsSettings) {
    this.#settings = settings;
    this.#seeds = brokers.map((broker) => {
      const colon = broker.lastIndexOf(':');
      return { host: broker.slice(0, colon), port: Number(broker.slice(colon + 1)) };
    });
  }

  /** A broker that answers. */
  async anyBroker(): Promise<BrokerLink> {
    for (const link of this.#links.values()) {
      if (link.isConnected) return link;
    }
    const [next, ...others] = this.#seeds;
    if (next === undefined) throw new Error('No broker is configured.');
    // Whether it works or not, the next search begins with another one.
    this.#seeds = [...others, next];
    return this.#linkTo(next);
  }

  async leaderOf(topic: string, partition: number): Promise<BrokerLink> {
    const name = nameOf({ topic, partition });
    if (!this.#leaders.has(name)) await this.#findLeaders(topic);
    const leader = this.#leaders.get(name);
    if (leader === undefined) return throwIfFailed(LEADER_NOT_AVAILABLE, name) as never;
    return this.#linkTo(leader);
  }

  async partitionCountOf(topic: string): Promise<number> {
    const { topicMetadata } = await this.metadata([topic]);
    const [found] = topicMetadata;
    throwIfFailed(found!.topicErrorCode, topic);
    return found!.partitionMetadata.length;
  }

  async coordinatorOf(kind: 'group' | 'transaction', id: string): Promise<BrokerLink> {
    const find = requests.GroupCoordinator.protocol({ version: 2 });
    const broker = await this.anyBroker();
    const found = await this.send(broker, find({ groupId: id, coordinatorType: kind === 'group' ? 0 : 1 }));
    throwIfFailed(found.errorCode, `coordinator of the ${kind} ${id}`);
    return this.#linkTo(found.coordinator);
  }

  /** What a broker knows of these topics, with their error codes. Not of none: Kafka takes that for all topics. */
  async metadata(topics: readonly string[]) {
    const ask = requests.Metadata.protocol({ version: 6 });
    return this.send(await this.anyBroker(), ask({ topics, allowAutoTopicCreation: false }));
  }

  async send<Data>(link: BrokerLink, protocol: ProtocolRequest<Data>): Promise<Data> {
    requestsSent.inc({ api: protocol.request.apiName });
    try {
      return await link.send(protocol);
    } catch (error) {
      if (isConnectionLoss(error)) link.cut('the connection was lost');
      throw error;
    }
  }

  /** Whether a connection is gone that was there, and that no call has replaced yet. */
  get hasLostConnection(): boolean {
    return [...this.#links.values()].some((link) => link.isLost);
  }

  forgetLeaders(): void {
    this.#leaders.clear();
  }

  /** Ends everything at once: what is in flight fails, nothing leaves any more, and the client is of no further use. */
  cut(reason: string): void {
    this.#closed = true;
    for (const link of this.#links.values()) link.cut(reason);
  }

  async #findLeaders(topic: string): Promise<void> {
    const { brokers, topicMetadata } = await this.metadata([topic]);
    const addresses = new Map(brokers.map((address) => [address.nodeId, address]));
    for (const { topicErrorCode, partitionMetadata } of topicMetadata) {
      throwIfFailed(topicErrorCode, topic);
      for (const { partitionId, leader } of partitionMetadata) {
        const address = addresses.get(leader);
        if (address !== undefined) this.#leaders.set(`${topic}-${partitionId}`, address);
      }
    }
  }

  async #linkTo({ host, port }: { host: string; port: number }): Promise<BrokerLink> {
    if (this.#closed) throw new Error('The Kafka client is closed.');
    const name = `${host}:${port}`;
    let link = this.#links.get(name);
    if (link === undefined || link.isLost) {
      link?.cut('replaced by a new connection');
      link = new BrokerLink({ host, port }, this.#settings);
      this.#links.set(name, link);
    }
    try {
      await link.connect();
    } catch (error) {
      link.cut('could not connect');
      throw error;
    }
    return link;
  }
}
