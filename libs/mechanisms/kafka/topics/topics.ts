import type { ClusterClient } from '../connection/cluster-client.ts';
import { Deadline } from '../connection/deadline.ts';
import type { KafkaConnection } from '../connection/kafka-connection.ts';
import { isTransient } from '../connection/protocol-error.ts';
import { KafkaUnavailable, TopicMismatch } from '../errors.ts';
import { LATEST, listOffset } from '../reading/list-offset.ts';
import { createTopics, describeConfigs, describeTopics, replaceConfig } from './topic-requests.ts';
import type { TopicSpec } from './topic-requests.ts';

type Partitions = Pick<TopicSpec, 'name' | 'partitions'>;

/**
 * Topics as they shall be. Both methods retry lost connections and elections, and throw `KafkaUnavailable` after
 * `deadlineMs` (30 s).
 */
export class Topics {
  readonly #kafka: KafkaConnection;
  readonly #deadlineMs: number;

  constructor(kafka: KafkaConnection, { deadlineMs = 30_000 }: { deadlineMs?: number } = {}) {
    this.#kafka = kafka;
    this.#deadlineMs = deadlineMs;
  }

  /**
   * Creates the topics that are missing, gives the others the settings of their spec (settings that it does not name
   * stay), and resolves when every partition takes writes: it has a leader that answers, and enough replicas in sync.
   *
   * Safe to repeat and to run twice at once. Throws `TopicMismatch`, before anything is changed, if a topic has another
   * partition count: keys would change their partitions. It does not change a replication factor.
   */
  async ensure(specs: readonly TopicSpec[]): Promise<void> {
    const names = specs.map(({ name }) => name);
    await this.#run('deploy the topics', async (client) => {
      const existing = await describeTopics(client, names);
      requirePartitions(specs, existing, 'may be missing');
      const missing = specs.filter(({ name }) => !existing.has(name));
      if (missing.length > 0) await createTopics(client, missing);
      for (const [name, config] of await describeConfigs(client, names)) {
        await this.#repair(
          client,
          specs.find((spec) => spec.name === name)!,
          config,
        );
      }
      await requireWritable(client, specs);
    });
  }

  /** Throws `TopicMismatch` if a topic is missing or has another partition count. Changes nothing. */
  async check(specs: readonly Partitions[]): Promise<void> {
    await this.#run('check the topics', async (client) => {
      const existing = await describeTopics(
        client,
        specs.map(({ name }) => name),
      );
      requirePartitions(specs, existing, 'must exist');
    });
  }

  /** By topic, the end of each partition: every record before it is decided. Throws `TopicMismatch` if one is missing. */
  async endOffsets(names: readonly string[]): Promise<Map<string, readonly number[]>> {
    const ends = new Map<string, readonly number[]>();
    await this.#run('read the ends of the topics', async (client) => {
      const existing = await describeTopics(client, names);
      for (const name of names) {
        const partitions = existing.get(name);
        if (!partitions) throw new TopicMismatch(`The topic ${name} does not exist; run the deploy step.`);
        const offsets = partitions.map(({ partition }) => listOffset(client, name, partition, LATEST));
        ends.set(name, await Promise.all(offsets));
      }
    });
    return ends;
  }

  async #repair(client: ClusterClient, spec: TopicSpec, actual: ReadonlyMap<string, string>): Promise<void> {
    const different = Object.entries(spec.config).filter(([key, value]) => actual.get(key) !== value);
    if (different.length === 0) return;
    this.#kafka.logger.info({ topic: spec.name, settings: Object.fromEntries(different) }, 'changing topic settings');
    await replaceConfig(client, spec.name, new Map([...actual, ...different]));
  }

  async #run(what: string, attempt: (client: ClusterClient) => Promise<void>): Promise<void> {
    const client = this.#kafka.openClient();
    const fresh = () => {
      client.forgetLeaders();
      return attempt(client);
    };
    try {
      await new Deadline(this.#deadlineMs).retry(what, fresh, isTransient);
    } finally {
      this.#kafka.closeClient(client);
    }
  }
}

function requirePartitions(
  specs: readonly Partitions[],
  existing: ReadonlyMap<string, readonly unknown[]>,
  presence: 'must exist' | 'may be missing',
): void {
  for (const { name, partitions } of specs) {
    const count = existing.get(name)?.length;
    if (count === undefined && presence === 'may be missing') continue;
    if (count === undefined) throw new TopicMismatch(`The topic ${name} does not exist; run the deploy step.`);
    if (count !== partitions) {
      throw new TopicMismatch(
        `The topic ${name} has ${count} partitions, not ${partitions}; the count is fixed when a topic is created.`,
      );
    }
  }
}

async function requireWritable(client: ClusterClient, specs: readonly TopicSpec[]): Promise<void> {
  const topics = await describeTopics(
    client,
    specs.map(({ name }) => name),
  );
  for (const { name, partitions, config } of specs) {
    const found = topics.get(name) ?? [];
    const needed = Number(config['min.insync.replicas'] ?? 1);
    const ready = found.filter(({ leader, inSync }) => leader >= 0 && inSync >= needed);
    if (found.length > 0) requirePartitions([{ name, partitions }], topics, 'must exist');
    if (ready.length < partitions) throw new KafkaUnavailable(`Not every partition of ${name} takes writes yet.`);
    for (const { partition } of ready) await listOffset(client, name, partition, LATEST);
  }
}
