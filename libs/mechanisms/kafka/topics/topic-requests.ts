import type { ClusterClient } from '../connection/cluster-client.ts';
import { requests } from '../connection/kafkajs-internals.ts';
import { throwIfFailed } from '../connection/protocol-error.ts';

const TOPIC = 2;
const SET_ON_THE_TOPIC = 1;
const UNKNOWN_TOPIC_OR_PARTITION = 3;
const LEADER_NOT_AVAILABLE = 5;
const TOPIC_ALREADY_EXISTS = 36;

/** A topic as it shall be. */
export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Topic settings by their Kafka names, e.g. `cleanup.policy`; those not named are left as they are. */
  readonly config: Readonly<Record<string, string>>;
}

/** The partitions of each topic that exists, with the number of replicas in sync; `leader` is -1 for none. */
export async function describeTopics(
  client: ClusterClient,
  names: readonly string[],
): Promise<Map<string, readonly { partition: number; leader: number; inSync: number }[]>> {
  const { topicMetadata } = await client.metadata(names);
  const existing = topicMetadata.filter(({ topicErrorCode }) => topicErrorCode !== UNKNOWN_TOPIC_OR_PARTITION);
  return new Map(
    existing.map(({ topic, topicErrorCode, partitionMetadata }) => {
      if (topicErrorCode !== LEADER_NOT_AVAILABLE) throwIfFailed(topicErrorCode, topic);
      return [
        topic,
        partitionMetadata.map(({ partitionId, leader, isr }) => ({
          partition: partitionId,
          leader,
          inSync: isr.length,
        })),
      ];
    }),
  );
}

/** Creates the topics; one that exists is left alone. */
export async function createTopics(client: ClusterClient, specs: readonly TopicSpec[]): Promise<void> {
  const request = requests.CreateTopics.protocol({ version: 3 })({
    topics: specs.map(({ name, partitions, replicationFactor, config }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor,
      configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
    })),
    timeout: 10_000,
  });
  const { topicErrors } = await client.send(await client.anyBroker(), request);
  for (const { topic, errorCode, errorMessage } of topicErrors) {
    if (errorCode !== TOPIC_ALREADY_EXISTS) throwIfFailed(errorCode, `create ${topic}: ${errorMessage ?? ''}`);
  }
}

/** The settings made on each topic itself, not those inherited from the broker. */
export async function describeConfigs(
  client: ClusterClient,
  names: readonly string[],
): Promise<Map<string, ReadonlyMap<string, string>>> {
  const resources = names.map((name) => ({ type: TOPIC, name }));
  const request = requests.DescribeConfigs.protocol({ version: 2 })({ resources });
  const reply = await client.send(await client.anyBroker(), request);
  return new Map(
    reply.resources.map(({ resourceName, errorCode, errorMessage, configEntries }) => {
      throwIfFailed(errorCode, `settings of ${resourceName}: ${errorMessage ?? ''}`);
      const own = configEntries.filter(({ configSource }) => configSource === SET_ON_THE_TOPIC);
      return [resourceName, new Map(own.map(({ configName, configValue }) => [configName, configValue ?? '']))];
    }),
  );
}

/** Replaces the topic's own settings. */
export async function replaceConfig(
  client: ClusterClient,
  name: string,
  config: ReadonlyMap<string, string>,
): Promise<void> {
  const configEntries = [...config].map(([key, value]) => ({ name: key, value }));
  const request = requests.AlterConfigs.protocol({ version: 1 })({ resources: [{ type: TOPIC, name, configEntries }] });
  const reply = await client.send(await client.anyBroker(), request);
  for (const { errorCode, errorMessage } of reply.resources) {
    throwIfFailed(errorCode, `change the settings of ${name}: ${errorMessage ?? ''}`);
  }
}
