import { deadLetterTopicOf } from '#mechanisms/dead-letters/index';
import type { TopicSpec } from '#mechanisms/kafka/index';
import { SCHEMAS_TOPIC } from '#mechanisms/schemas/index';
import type { Entity } from '#mechanisms/schemas/index';
import type { TopicConfig } from '#mechanisms/service/index';

const FOR_EVER = { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' };
// A record of the largest size that the other topics take, in base64.
const LETTERS = { ...FOR_EVER, 'max.message.bytes': String(4 * 1024 * 1024) };
const NEWEST_PER_KEY = { 'cleanup.policy': 'compact' };

/** The topics of the suite: facts and dead letters for ever, the newest of an entity, of control and of a schema compacted. */
export function topicSpecs(entities: readonly Entity[], config: TopicConfig): TopicSpec[] {
  const { partitions, replicationFactor, minInSyncReplicas } = config;
  const durable = { 'min.insync.replicas': String(minInSyncReplicas), 'unclean.leader.election.enable': 'false' };
  // Whatever another producer sends, brokers keep it so that every reader can read it.
  const readable = { 'compression.type': 'uncompressed' };
  const topic = (name: string, cleanup: Record<string, string>, count = partitions): TopicSpec => ({
    name,
    partitions: count,
    replicationFactor,
    config: { ...cleanup, ...durable, ...readable },
  });
  return [
    topic(SCHEMAS_TOPIC, NEWEST_PER_KEY, 1),
    ...entities.flatMap(({ events, latest, control }) => [
      topic(events.topic, FOR_EVER),
      topic(latest.topic, NEWEST_PER_KEY),
      topic(control.topic, NEWEST_PER_KEY),
      topic(deadLetterTopicOf(events.topic), LETTERS),
    ]),
  ];
}
