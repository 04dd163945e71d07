export { PositionLost, WriteFailure } from './errors.ts';
export { GroupMember } from './group-member.ts';
export type { Assignment } from './group-member.ts';
export type { MemberReport, Share } from './group-coordinator.ts';
export { groupShares } from './group-shares.ts';
export { KafkaConnection } from './kafka-connection.ts';
export type { KafkaLogger } from './kafka-logger.ts';
export { headerOf } from './log-record.ts';
export { partitionFor } from './partition-for.ts';
export { PartitionReader } from './partition-reader.ts';
export type { FollowedChunk } from './followed-partition.ts';
export { RecordProducer } from './record-producer.ts';
export { Subscription } from './subscription.ts';
export type { SubscriptionOptions } from './subscription.ts';
export type { Batch, SubscribedPartition } from './assigned-partition.ts';
export { belongsTo } from './sequence.ts';
export type { TopicSpec } from './topic-requests.ts';
export { Topics } from './topics.ts';
export { TransactionalWriter } from './transactional-writer.ts';
export type {
  Attempt,
  CommittedPartition,
  KafkaSettings,
  LogRecord,
  OutgoingRecord,
  PartitionRecords,
} from './types.ts';
export { sharePartitions } from './share-partitions.ts';
