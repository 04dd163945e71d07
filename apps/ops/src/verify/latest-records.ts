import { partitionOf } from './check-event.ts';
import type { TopicRecord } from './kafka-log.ts';
import { placeOf } from './report.ts';
import type { ScratchMap } from './scratch/scratch-map.ts';
import type { Sources } from './sources.ts';

/** The newest record of one entity. */
export interface Latest {
  readonly place: string;
  readonly version: number;
  readonly state: Readonly<Record<string, unknown>>;
}

/** A topic of latest records and the field of theirs that is the key. */
interface LatestTopic {
  readonly latest: string;
  readonly idField: string;
}

/** Reads a latest topic step by step and keeps each entity's newest record. */
export class LatestRecords {
  readonly records: ScratchMap<Latest>;
  private readonly sources: Sources;
  private readonly topic: LatestTopic;
  private readonly positions: number[];

  private constructor(topic: LatestTopic, sources: Sources, starts: number[]) {
    this.topic = topic;
    this.sources = sources;
    this.positions = starts;
    this.records = sources.scratch.map<Latest>();
  }

  static async open(topic: LatestTopic, sources: Sources): Promise<LatestRecords> {
    return new LatestRecords(topic, sources, await sources.log.starts(topic.latest));
  }

  /** Goes on to what the end is now. */
  async readOn(): Promise<void> {
    const { latest: topic } = this.topic;
    for (const [partition, to] of (await this.sources.log.ends(topic)).entries()) {
      const from = this.positions[partition] ?? 0;
      for await (const records of this.sources.log.read({ topic, partition, from, to })) {
        for (const record of records) this.take(record);
      }
      this.positions[partition] = to;
    }
  }

  private take(record: TopicRecord): void {
    const entity = record.key ?? 'without a key';
    const expect = (what: string, expected: unknown, found: unknown): void => {
      if (expected === found) return;
      this.sources.report.differences.add({ invariant: 'I7', entity, place: placeOf(record), what, expected, found });
    };
    expect('the partition', partitionOf(entity, this.positions.length), record.partition);
    if (!record.value) return void this.records.delete(entity);
    try {
      const { meta, ...state } = this.sources.schemas.decode(record.value).fields;
      expect('the key', state[this.topic.idField], record.key);
      this.records.set(entity, { place: placeOf(record), version: versionIn(meta), state });
    } catch (error) {
      expect('the value', 'a record that can be decoded', (error as Error).message);
    }
  }
}

const versionIn = (meta: unknown): number => (meta as { entityVersion: number }).entityVersion;
