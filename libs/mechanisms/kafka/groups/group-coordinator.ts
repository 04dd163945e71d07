import type { ClusterClient } from '../connection/cluster-client.ts';
import { CoordinatorLink } from '../connection/coordinator-link.ts';
import { MemberAssignment, MemberMetadata, requests } from '../connection/kafkajs-internals.ts';
import { MEMBER_ID_REQUIRED, throwIfFailed } from '../connection/protocol-error.ts';
import type { TopicPartition } from '../topics/topic-partition.ts';
import { byTopic } from '../topics/topic-partition.ts';

const PROTOCOL_TYPE = 'consumer';
const NOTHING = Buffer.alloc(0);
/** How much longer than the rebalance a join may take to be answered. */
const NETWORK_MS = 5_000;

/** A group as one of its members deals with it. */
export interface GroupIdentity {
  readonly groupId: string;
  /** All members must name the same one. */
  readonly strategy: string;
  readonly topics: readonly string[];
  readonly sessionTimeoutMs: number;
}

/** The partitions of each topic. */
type PartitionsByTopic = Readonly<Record<string, readonly number[]>>;

/** What the leader gives one member: partitions, and bytes that it wants every member to know. */
export interface Share {
  readonly partitions: PartitionsByTopic;
  readonly userData: Buffer;
}

export interface MemberReport {
  readonly memberId: string;
  readonly userData: Buffer;
}

/** A generation that this member has joined; `members` is empty unless it leads. */
export interface JoinedGeneration {
  readonly memberId: string;
  readonly generation: number;
  readonly leads: boolean;
  readonly members: readonly MemberReport[];
}

/** The requests to a group's coordinator, one at a time and without retries; the coordinator is looked up once. */
export class GroupCoordinator {
  readonly #coordinator: CoordinatorLink;
  readonly #group: GroupIdentity;

  constructor(client: ClusterClient, group: GroupIdentity) {
    this.#coordinator = new CoordinatorLink(client, 'group', group.groupId);
    this.#group = group;
  }

  forget(): void {
    this.#coordinator.forget();
  }

  /** Resolves when every member has joined or was given up; `memberId` is empty at first. */
  async join(memberId: string, userData: Buffer): Promise<JoinedGeneration> {
    const { groupId, strategy, topics, sessionTimeoutMs } = this.#group;
    const metadata = MemberMetadata.encode({ version: 0, topics, userData });
    const request = requests.JoinGroup.protocol({ version: 5 })({
      groupId,
      memberId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs,
      protocolType: PROTOCOL_TYPE,
      groupProtocols: [{ name: strategy, metadata }],
    });
    const joined = await this.#coordinator.send({ ...request, requestTimeout: sessionTimeoutMs + NETWORK_MS });
    if (joined.errorCode === MEMBER_ID_REQUIRED && memberId === '') return this.join(joined.memberId, userData);
    throwIfFailed(joined.errorCode, `JoinGroup of ${groupId}`);
    const members = joined.members.map((member) => ({
      memberId: member.memberId,
      userData: MemberMetadata.decode(member.memberMetadata).userData ?? NOTHING,
    }));
    const leads = joined.leaderId === joined.memberId;
    return { memberId: joined.memberId, generation: joined.generationId, leads, members };
  }

  /** Gives the coordinator what the leader decided (others: nothing), and answers with this member's share. */
  async sync({ memberId, generation }: JoinedGeneration, decided: ReadonlyMap<string, Share>): Promise<Share> {
    const groupAssignment = [...decided].map(([member, { partitions, userData }]) => ({
      memberId: member,
      memberAssignment: MemberAssignment.encode({ version: 0, assignment: partitions, userData }),
    }));
    const { groupId } = this.#group;
    const request = { groupId, memberId, generationId: generation, groupAssignment };
    const synced = await this.#coordinator.send(requests.SyncGroup.protocol({ version: 3 })(request));
    throwIfFailed(synced.errorCode, `SyncGroup of ${groupId}`);
    const share = synced.memberAssignment ? MemberAssignment.decode(synced.memberAssignment) : null;
    return { partitions: share?.assignment ?? {}, userData: share?.userData ?? NOTHING };
  }

  async heartbeat({ memberId, generation }: JoinedGeneration): Promise<void> {
    const { groupId } = this.#group;
    const request = { groupId, memberId, groupGenerationId: generation };
    const { errorCode } = await this.#coordinator.send(requests.Heartbeat.protocol({ version: 3 })(request));
    throwIfFailed(errorCode, `Heartbeat of ${groupId}`);
  }

  /** Commits offsets for all to see. @throws the first partition's error */
  async commit(
    { memberId, generation }: JoinedGeneration,
    offsets: readonly (TopicPartition & { offset: number })[],
  ): Promise<void> {
    const topics = byTopic(offsets, ({ partition, offset }) => ({ partition, offset: String(offset) }));
    const { groupId } = this.#group;
    const request = { groupId, memberId, groupGenerationId: generation, topics };
    const { responses } = await this.#coordinator.send(requests.OffsetCommit.protocol({ version: 5 })(request));
    for (const { topic, partitions } of responses) {
      for (const { partition, errorCode } of partitions)
        throwIfFailed(errorCode, `OffsetCommit of ${topic}-${partition}`);
    }
  }

  async leave(memberId: string): Promise<void> {
    const { groupId } = this.#group;
    const { errorCode } = await this.#coordinator.send(
      requests.LeaveGroup.protocol({ version: 3 })({ groupId, memberId }),
    );
    throwIfFailed(errorCode, `LeaveGroup of ${groupId}`);
  }
}
