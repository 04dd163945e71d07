import { Admin, FetchIsolationLevels, ListOffsetTimestamps } from '@platformatic/kafka';
import { kafkaClientOptions } from '../kafka-client.ts';
import type { OpsConfig } from '../ops.config.ts';
import type { ResetTarget } from './reset-target.ts';

/** A partition's committed offset, if it has one, and the one that it is to get. */
export interface Move {
  readonly partition: number;
  readonly from: number | undefined;
  readonly offset: number;
}

/** Groups of the suite's own apps: what they have read stands elsewhere. */
const OWN_GROUP = /^[a-z]+-(command|query)\.(.+)$/;

/** The offsets of consumer groups that no member of theirs is using. */
export class ConsumerGroups {
  private readonly admin: Admin;

  constructor(kafka: OpsConfig['kafka']) {
    this.admin = new Admin(kafkaClientOptions(kafka));
  }

  close(): Promise<void> {
    return this.admin.close();
  }

  /** What `move` would do. Throws for a group of the suite, for one that has members, and for an offset outside the topic. */
  async plan(group: string, topic: string, to: ResetTarget): Promise<Move[]> {
    requireOutside(group);
    await this.requireEmpty(group);
    const [earliest, latest] = [
      await this.offsets(topic, ListOffsetTimestamps.EARLIEST),
      await this.offsets(topic, ListOffsetTimestamps.LATEST),
    ];
    const targets = await this.targets(topic, to, earliest, latest);
    const committed = await this.committed(group, topic, earliest.length);
    return targets.map((offset, partition) => {
      const [first, last] = [earliest[partition]!, latest[partition]!];
      if (offset >= first && offset <= last) return { partition, from: committed.get(partition), offset };
      throw new Error(`${topic}-${partition} has the offsets ${first} to ${last}, not ${offset}.`);
    });
  }

  async move(group: string, topic: string, moves: readonly Move[]): Promise<void> {
    const partitionOffsets = moves.map(({ partition, offset }) => ({ partition, offset: BigInt(offset) }));
    await this.admin.alterConsumerGroupOffsets({ groupId: group, topics: [{ name: topic, partitionOffsets }] });
  }

  private async requireEmpty(group: string): Promise<void> {
    const state = (await this.admin.listGroups({ types: ['classic', 'consumer'] })).get(group)?.state.toLowerCase();
    if (state === undefined || state === 'empty' || state === 'dead') return;
    throw new Error(`The group ${group} has members (${state}); stop them first, or they overwrite what is set.`);
  }

  private async targets(
    topic: string,
    to: ResetTarget,
    earliest: readonly number[],
    latest: readonly number[],
  ): Promise<readonly number[]> {
    if (to === 'earliest') return earliest;
    if (to === 'latest') return latest;
    if ('offset' in to) return earliest.map(() => to.offset);
    // a partition without a record of this time or later is read from its end
    return (await this.offsets(topic, BigInt(to.time))).map((offset, partition) =>
      offset < 0 ? latest[partition]! : offset,
    );
  }

  private async offsets(topic: string, timestamp: bigint): Promise<number[]> {
    const { topics } = await this.admin.metadata({ topics: [topic] });
    const count = topics.get(topic)?.partitionsCount;
    if (!count) throw new Error(`There is no topic ${topic}.`);
    const partitions = Array.from({ length: count }, (_, partitionIndex) => ({ partitionIndex, timestamp }));
    const isolationLevel = FetchIsolationLevels.READ_COMMITTED;
    const [found] = await this.admin.listOffsets({ topics: [{ name: topic, partitions }], isolationLevel });
    const offsets: number[] = [];
    for (const { partitionIndex, offset } of found!.partitions) offsets[partitionIndex] = Number(offset);
    return offsets;
  }

  private async committed(groupId: string, topic: string, count: number): Promise<Map<number, number>> {
    const partitionIndexes = Array.from({ length: count }, (_, partition) => partition);
    const [found] = await this.admin.listConsumerGroupOffsets({
      groups: [{ groupId, topics: [{ name: topic, partitionIndexes }] }],
    });
    const partitions = found?.topics.find(({ name }) => name === topic)?.partitions ?? [];
    return new Map(
      partitions.flatMap(({ partitionIndex, committedOffset }): [number, number][] =>
        committedOffset < 0n ? [] : [[partitionIndex, Number(committedOffset)]],
      ),
    );
  }
}

function requireOutside(group: string): void {
  const [, app, what] = OWN_GROUP.exec(group) ?? [];
  if (app === 'query') {
    const projection = what!.replace(/_v\d+$/, '');
    throw new Error(
      `${group} is the group of a projection, whose positions stand in PostgreSQL: moving its offsets moves nothing. ` +
        `To read the topics again: factstream projections rebuild ${projection}.`,
    );
  }
  if (app === 'command') {
    throw new Error(`${group} is the group of a command app, which keeps its positions in its control topic.`);
  }
}
