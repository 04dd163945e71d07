import type { KafkaSettings } from '../types.ts';
import { ClusterClient } from './cluster-client.ts';
import { Deadline } from './deadline.ts';
import type { KafkaLogger } from './kafka-logger.ts';
import { toKafkajsSettings } from './kafkajs-settings.ts';
import type { KafkajsSettings } from './kafkajs-settings.ts';
import { isTransient } from './protocol-error.ts';

/**
 * The process's way to one Kafka cluster, shared by its writers, readers, subscriptions and topic administration.
 * Each of them has connections of its own, so none waits for another.
 */
export class KafkaConnection {
  readonly logger: KafkaLogger;
  readonly #brokers: readonly string[];
  readonly #settings: KafkajsSettings;
  readonly #clients = new Set<ClusterClient>();
  #closed = false;

  constructor(settings: KafkaSettings, logger: KafkaLogger) {
    this.logger = logger;
    this.#brokers = settings.brokers;
    this.#settings = toKafkajsSettings(settings, logger);
  }

  /** Resolves when a broker answers; throws `KafkaUnavailable` if none does within `deadlineMs` (10 s). */
  async connect(deadlineMs = 10_000): Promise<void> {
    const client = this.openClient();
    try {
      await new Deadline(deadlineMs).retry('reach Kafka', () => client.anyBroker(), isTransient);
    } finally {
      this.closeClient(client);
    }
  }

  /** Cuts every connection of writers and readers at once; stop subscriptions before. */
  close(): void {
    this.#closed = true;
    for (const client of this.#clients) this.closeClient(client);
  }

  /** @internal */
  openClient(): ClusterClient {
    if (this.#closed) throw new Error('The Kafka connection is closed.');
    const client = new ClusterClient(this.#brokers, this.#settings);
    this.#clients.add(client);
    return client;
  }

  /** @internal */
  closeClient(client: ClusterClient): void {
    this.#clients.delete(client);
    client.cut('closed');
  }
}
