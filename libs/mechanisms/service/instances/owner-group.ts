import { setTimeout as delay } from 'node:timers/promises';
import { GroupMember, sharePartitions } from '#mechanisms/kafka/index';
import type { Assignment, KafkaConnection, MemberReport, Share } from '#mechanisms/kafka/index';

/** Several heartbeats, and the joining that follows. */
const NEWS_TRAVELS_MS = 1_500;

/** After this long without a heartbeat the others share an instance's partitions; the shortest that brokers allow by default. */
const SESSION_TIMEOUT_MS = 6_000;

/** An instance as the others reach it. The token is new with each process, and known to the group's members alone. */
export interface Instance {
  readonly address: string;
  readonly token: string;
}

/** What each member tells the leader. */
interface Report extends Instance {
  readonly held: readonly number[];
  readonly generation: number;
}

/** What the leader tells every member: which instance (by index) takes the commands of each partition. */
interface Directory {
  readonly instances: readonly Instance[];
  readonly routes: readonly number[];
}

export interface OwnerGroupOptions {
  readonly kafka: KafkaConnection;
  readonly groupId: string;
  readonly topic: string;
  readonly partitions: number;
  readonly self: Instance;
  /** Takes over what is new and lets go of the rest; resolves when that is let go. */
  readonly assign: (partitions: readonly number[]) => Promise<void>;
  /** The partitions that this process has not let go of. */
  readonly held: () => readonly number[];
  readonly onFailure: (error: unknown) => void;
}

/**
 * This process's membership among the instances that share an entity's partitions. It says who should own what, and
 * where the others are; who really writes, the log alone decides.
 */
export class OwnerGroup {
  private readonly options: OwnerGroupOptions;
  private readonly member: GroupMember;
  private assignment: Assignment | undefined;
  private directory: Directory = { instances: [], routes: [] };
  private readonly waiting = new Set<() => void>();

  constructor(options: OwnerGroupOptions) {
    this.options = options;
    const { kafka, groupId, topic, onFailure } = options;
    this.member = new GroupMember(kafka, {
      groupId,
      strategy: 'factstream-owners',
      topics: [topic],
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      report: () => this.report(),
      assign: (members) => this.decide(members),
      onAssigned: (assignment) => void this.follow(assignment),
      onFailure,
    });
  }

  start(): void {
    this.member.start();
  }

  /**
   * Leaves, so that the others take the partitions over at once; let go of them before. Resolves when they have had the
   * time to hear of it, so that nothing is on its way any more over the connections that are cut next.
   */
  async leave(): Promise<void> {
    const isAlone = this.directory.instances.length <= 1;
    await this.member.stop();
    if (!isAlone) await delay(NEWS_TRAVELS_MS);
  }

  /** The partitions that this process should own; undefined until it has joined. */
  assigned(): readonly number[] | undefined {
    return this.assignment && this.sharesOf(this.assignment);
  }

  /** Asks the group whether a partition is still this process's. */
  async isAssigned(partition: number): Promise<boolean> {
    return this.assigned()?.includes(partition) === true && (await this.member.confirm());
  }

  /** The instance that takes a partition's commands, as far as it is known. */
  instanceOf(partition: number): Instance | undefined {
    return this.directory.instances[this.directory.routes[partition] ?? -1];
  }

  /** Resolves when the directory has changed, or after `timeoutMs`. */
  async nextDirectory(timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.waiting.add(done);
    });
  }

  private report(): Buffer {
    const { self, held } = this.options;
    return toBytes({ ...self, held: held(), generation: this.assignment?.generation ?? -1 } satisfies Report);
  }

  private decide(members: readonly MemberReport[]): Map<string, Share> {
    const { topic, partitions } = this.options;
    const reports = members.map(({ memberId, userData }) => ({ memberId, ...(fromBytes(userData) as Report) }));
    const { shares, routes } = sharePartitions(reports, partitions);
    const indexes = new Map(reports.map(({ memberId }, index) => [memberId, index]));
    const userData = toBytes({
      instances: reports.map(({ address, token }) => ({ address, token })),
      routes: routes.map((memberId) => indexes.get(memberId)!),
    } satisfies Directory);
    return new Map([...shares].map(([memberId, own]) => [memberId, { partitions: { [topic]: own }, userData }]));
  }

  private async follow(assignment: Assignment): Promise<void> {
    this.assignment = assignment;
    this.directory = directoryIn(assignment);
    const share = this.sharesOf(assignment);
    const letsGo = this.options.held().some((partition) => !share.includes(partition));
    const assigned = this.options.assign(share);
    for (const done of this.waiting) done();
    await assigned;
    if (letsGo && this.assignment === assignment) this.member.rejoin();
  }

  private sharesOf({ partitions }: Assignment): readonly number[] {
    return partitions[this.options.topic] ?? [];
  }
}

export const directoryIn = ({ userData }: Pick<Share, 'userData'>): Directory => fromBytes(userData) as Directory;

const toBytes = (value: Report | Directory): Buffer => Buffer.from(JSON.stringify(value));
const fromBytes = (bytes: Buffer): unknown => JSON.parse(bytes.toString());
