import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterClient } from '../connection/cluster-client.ts';
import { Deadline } from '../connection/deadline.ts';
import type { KafkaConnection } from '../connection/kafka-connection.ts';
import { isIllegalGeneration, isRebalancing, isUnknownMember } from '../connection/protocol-error.ts';
import type { TopicPartition } from '../topics/topic-partition.ts';
import { GroupCoordinator } from './group-coordinator.ts';
import type { GroupIdentity, JoinedGeneration, MemberReport, Share } from './group-coordinator.ts';

/** Bounds how soon a member hears of a rebalance, and with it how long a partition that moves is without an owner. */
const HEARTBEAT_MS = 300;
const CONFIRM_TIMEOUT_MS = 2_000;
const LONGEST_PAUSE_MS = 3_000;

/** What a member was assigned in a generation of the group. */
export interface Assignment extends Share {
  readonly generation: number;
}

export interface GroupMemberOptions extends GroupIdentity {
  /** What this member tells the leader; asked at every join. */
  report(): Buffer;
  /** Decides for all members, when this one leads. */
  assign(members: readonly MemberReport[]): ReadonlyMap<string, Share> | Promise<ReadonlyMap<string, Share>>;
  /** A generation began. Until then the last assignment stands, whatever happens to the membership. */
  onAssigned(assignment: Assignment): void;
  /** The group could not be reached; it is tried again. */
  onFailure(error: unknown): void;
}

/**
 * Membership in a consumer group, and no more: joining, heartbeats, joining again, leaving. What an assignment allows is
 * for the caller to decide; two members may believe in the same partition for as long as a pause of one of them lasts.
 * An unreachable or moved coordinator is looked for again, with pauses up to 3 s, until `stop`.
 */
export class GroupMember {
  readonly #kafka: KafkaConnection;
  readonly #options: GroupMemberOptions;
  readonly #stopping = new AbortController();
  #client: ClusterClient;
  #coordinator: GroupCoordinator;
  #memberId = '';
  #joined: JoinedGeneration | undefined;
  #mustJoin = true;
  #wake = new AbortController();
  #running: Promise<void> | undefined;

  constructor(kafka: KafkaConnection, options: GroupMemberOptions) {
    this.#kafka = kafka;
    this.#options = options;
    this.#client = kafka.openClient();
    this.#coordinator = new GroupCoordinator(this.#client, options);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Asks for a new generation, because what `report` says has changed. */
  rejoin(): void {
    this.#mustJoin = true;
    this.#wake.abort();
  }

  /** Whether the group says now that the last assignment is in force; false as well when it does not answer in time. */
  async confirm(): Promise<boolean> {
    const joined = this.#joined;
    if (joined === undefined) return false;
    try {
      await new Deadline(CONFIRM_TIMEOUT_MS).bound(this.#coordinator.heartbeat(joined));
      return this.#joined === joined;
    } catch (error) {
      if (this.#isToJoinAgain(error)) this.#wake.abort();
      return false;
    }
  }

  /** Commits offsets for all to see; rejects when this is no member, or the group does not take them. */
  async commit(offsets: readonly (TopicPartition & { offset: number })[]): Promise<void> {
    if (this.#joined === undefined) throw new Error('The group was not joined.');
    await new Deadline(CONFIRM_TIMEOUT_MS).bound(this.#coordinator.commit(this.#joined, offsets));
  }

  /** Leaves the group, so that the others share the partitions at once. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.abort();
    this.#joined = undefined;
    // A join waits at the coordinator for the other members; what it would bring is not wanted any more.
    this.#reconnect();
    await this.#running;
    if (this.#memberId !== '') {
      await new Deadline(CONFIRM_TIMEOUT_MS).bound(this.#coordinator.leave(this.#memberId)).catch(() => {});
    }
    this.#kafka.closeClient(this.#client);
  }

  async #run(): Promise<void> {
    let pauseMs = 50;
    while (!this.#stopping.signal.aborted) {
      try {
        await (this.#mustJoin ? this.#join() : this.#heartbeat());
        pauseMs = 50;
        if (!this.#mustJoin) await this.#rest(HEARTBEAT_MS);
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        if (this.#isToJoinAgain(error)) continue;
        this.#options.onFailure(error);
        this.#reconnect();
        // A new generation makes everybody look at what they hold: a broker that was away may have lost more than connections.
        this.#mustJoin = true;
        await this.#rest(pauseMs);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  /** What the group says about this member, as against what went wrong on the way to it. */
  #isToJoinAgain(error: unknown): boolean {
    const unknown = isUnknownMember(error);
    if (!unknown && !isIllegalGeneration(error) && !isRebalancing(error)) return false;
    if (unknown) this.#memberId = '';
    if (!isRebalancing(error)) this.#joined = undefined;
    this.#mustJoin = true;
    return true;
  }

  #heartbeat(): Promise<void> {
    return new Deadline(this.#options.sessionTimeoutMs / 3).bound(this.#coordinator.heartbeat(this.#joined!));
  }

  async #join(): Promise<void> {
    this.#mustJoin = false;
    try {
      const joined = await this.#coordinator.join(this.#memberId, this.#options.report());
      this.#memberId = joined.memberId;
      const decided = joined.leads ? await this.#options.assign(joined.members) : new Map<string, Share>();
      const share = await this.#coordinator.sync(joined, decided);
      if (this.#stopping.signal.aborted) return;
      this.#joined = joined;
      this.#options.onAssigned({ ...share, generation: joined.generation });
    } catch (error) {
      this.#mustJoin = true;
      throw error;
    }
  }

  #reconnect(): void {
    this.#kafka.closeClient(this.#client);
    this.#client = this.#kafka.openClient();
    this.#coordinator = new GroupCoordinator(this.#client, this.#options);
  }

  async #rest(milliseconds: number): Promise<void> {
    this.#wake = new AbortController();
    await sleep(milliseconds, undefined, { signal: this.#wake.signal }).catch(() => {});
  }
}
