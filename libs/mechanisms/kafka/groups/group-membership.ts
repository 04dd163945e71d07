import type { KafkaConnection } from '../connection/kafka-connection.ts';
import type { TopicPartition } from '../topics/topic-partition.ts';
import { byTopic, nameOf } from '../topics/topic-partition.ts';
import { describeTopics } from '../topics/topic-requests.ts';
import type { MemberReport, Share } from './group-coordinator.ts';
import { GroupMember } from './group-member.ts';
import type { Assignment } from './group-member.ts';
import { sharePartitions } from './share-partitions.ts';

const NOTHING = Buffer.alloc(0);

export interface MembershipOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly sessionTimeoutMs: number;
  /** These and no others from now on; those that were assigned before as well are to be left as they are. */
  onAssigned(partitions: readonly TopicPartition[]): void;
  onFailure(error: unknown): void;
}

/** What each reader tells the leader: the partitions that it reads, as `topic-partition`. */
interface Report {
  readonly held: readonly string[];
  readonly generation: number;
}

/**
 * Membership in a group of readers: all partitions of the topics are shared evenly, and only those change hands that
 * must. An assignment stays until the next one: a coordinator that cannot be reached is no reason to stop reading, and
 * what two members read at once, the positions that the caller keeps decide.
 */
export class GroupMembership {
  readonly #kafka: KafkaConnection;
  readonly #options: MembershipOptions;
  readonly #member: GroupMember;
  #held: readonly TopicPartition[] = [];
  #generation = -1;

  constructor(kafka: KafkaConnection, options: MembershipOptions) {
    this.#kafka = kafka;
    this.#options = options;
    const { groupId, topics, sessionTimeoutMs } = options;
    this.#member = new GroupMember(kafka, {
      groupId,
      strategy: 'factstream-readers',
      topics,
      sessionTimeoutMs,
      report: () => toBytes({ held: this.#held.map(nameOf), generation: this.#generation }),
      assign: (members) => this.#share(members),
      onAssigned: (assignment) => this.#follow(assignment),
      onFailure: (error) => options.onFailure(error),
    });
  }

  start(): void {
    this.#member.start();
  }

  /** Leaves the group. */
  stop(): Promise<void> {
    return this.#member.stop();
  }

  /** Best effort: an offset that could not be committed is overtaken by the next one. */
  commit(offsets: readonly (TopicPartition & { offset: number })[]): Promise<void> {
    return this.#member.commit(offsets);
  }

  async #share(members: readonly MemberReport[]): Promise<Map<string, Share>> {
    const all = await this.#allPartitions();
    const indexes = new Map(all.map((partition, index) => [nameOf(partition), index]));
    const reports = members.map(({ memberId, userData }) => {
      const { held, generation } = JSON.parse(String(userData)) as Report;
      return { memberId, generation, held: held.flatMap((name) => indexes.get(name) ?? []) };
    });
    const { shares } = sharePartitions(reports, all.length);
    return new Map([...shares].map(([memberId, own]) => [memberId, shareOf(own.map((index) => all[index]!))]));
  }

  async #allPartitions(): Promise<TopicPartition[]> {
    const client = this.#kafka.openClient();
    try {
      const found = await describeTopics(client, this.#options.topics);
      return [...found].flatMap(([topic, partitions]) => partitions.map(({ partition }) => ({ topic, partition })));
    } finally {
      this.#kafka.closeClient(client);
    }
  }

  #follow({ partitions, generation }: Assignment): void {
    const before = this.#held;
    this.#held = Object.entries(partitions).flatMap(([topic, own]) => own.map((partition) => ({ topic, partition })));
    this.#generation = generation;
    this.#options.onAssigned(this.#held);
    const names = new Set(this.#held.map(nameOf));
    if (before.some((partition) => !names.has(nameOf(partition)))) this.#member.rejoin();
  }
}

const toBytes = (report: Report): Buffer => Buffer.from(JSON.stringify(report));

function shareOf(own: readonly TopicPartition[]): Share {
  const topics = byTopic(own, ({ partition }) => partition);
  return {
    partitions: Object.fromEntries(topics.map(({ topic, partitions }) => [topic, partitions])),
    userData: NOTHING,
  };
}
