import { EncoderOfKafkajs, requests } from '../connection/kafkajs-internals.ts';
import type { ProtocolRequest, ProducedPartition } from '../connection/kafkajs-internals.ts';
import { throwIfFailed } from '../connection/protocol-error.ts';
import { byTopic } from '../topics/topic-partition.ts';
import type { TopicPartition } from '../topics/topic-partition.ts';
import type { CommittedPartition } from '../types.ts';

const ALL_IN_SYNC_REPLICAS = -1;
const PRODUCE = 0;
const VERSION = 7;

export interface EncodedPartition extends TopicPartition {
  readonly batch: Buffer;
}

export type ProduceReply = {
  readonly topics: readonly { readonly topicName: string; readonly partitions: readonly ProducedPartition[] }[];
};

/**
 * Produce, version 7, with batches that are already encoded. `onLeaving` is called synchronously with the hand-over to
 * the connection, so that after it the request may have been sent and before it certainly not; if it throws, it is not.
 */
export function produceRequest(
  transactionalId: string,
  partitions: readonly EncodedPartition[],
  timeoutMs: number,
  onLeaving: () => void,
): ProtocolRequest<ProduceReply> {
  const { response } = requests.Produce.protocol({ version: VERSION })({ topicData: [] });
  const topics = byTopic(partitions, (encoded) => encoded);
  const size = partitions.reduce((sum, { topic, batch }) => sum + batch.length + topic.length * 3 + 16, 256);
  const encode = () => {
    onLeaving();
    const encoder = new EncoderOfKafkajs(size)
      .writeString(transactionalId)
      .writeInt16(ALL_IN_SYNC_REPLICAS)
      .writeInt32(timeoutMs)
      .writeInt32(topics.length);
    for (const { topic, partitions: ofTopic } of topics) {
      encoder.writeString(topic).writeInt32(ofTopic.length);
      for (const { partition, batch } of ofTopic) encoder.writeInt32(partition).writeBytes(batch);
    }
    return encoder;
  };
  return { request: { apiKey: PRODUCE, apiVersion: VERSION, apiName: 'Produce', encode }, response };
}

/** Where each partition's batch was appended. Throws if any of them was refused, or is missing in the reply. */
export function appendedBatches(
  partitions: readonly Pick<EncodedPartition, 'topic' | 'partition'>[],
  { topics }: ProduceReply,
): CommittedPartition[] {
  return partitions.map(({ topic, partition }) => {
    const produced = topics
      .find(({ topicName }) => topicName === topic)
      ?.partitions.find((candidate) => candidate.partition === partition);
    if (produced === undefined) throw new Error(`The broker's reply does not mention ${topic}-${partition}.`);
    throwIfFailed(produced.errorCode, `produce to ${topic}-${partition}`);
    return { topic, partition, baseOffset: Number(produced.baseOffset) };
  });
}
