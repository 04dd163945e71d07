export { PositionLost, WriteFailure } from './errors.ts';
export { GroupMember } from './groups/group-member.ts';
export type { Assignment } from './groups/group-member.ts';
export type { MemberReport, Share } from './groups/group-coordinator.ts';
export { groupShares } from './groups/group-shares.ts';
export { KafkaConnection } from './connection/kafka-connection.ts';
export type { KafkaLogger } from './connection/kafka-logger.ts';
export { headerOf } from './records/log-record.ts';
export { partitionFor } from './records/partition-for.ts';
export { PartitionReader } from './reading/partition-reader.ts';
export type { FollowedChunk } from './reading/followed-partition.ts';
export { RecordProducer } from './writing/record-producer.ts';
export { Subscription } from './reading/subscription.ts';
export type { SubscriptionOptions } from './reading/subscription.ts';
export type { Batch, SubscribedPartition } from './reading/assigned-partition.ts';
export { belongsTo } from './writing/sequence.ts';
export type { TopicSpec } from './topics/topic-requests.ts';
export { Topics } from './topics/topics.ts';
export { TransactionalWriter } from './writing/transactional-writer.ts';
export type {
  Attempt,
  CommittedPartition,
  KafkaSettings,
  LogRecord,
  OutgoingRecord,
  PartitionRecords,
} from './types.ts';
export { sharePartitions } from './groups/share-partitions.ts';
