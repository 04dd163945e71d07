import { EventArchive } from './event-archive.ts';
import { EventCheck } from './check-event.ts';
import { foldEvent } from './fold-entity.ts';
import type { Folded, FoldRules } from './fold-entity.ts';
import type { TopicRecord } from './kafka-log.ts';
import { RecordFaults } from './record-faults.ts';
import { placeOf } from './report.ts';
import type { EntryMap, ScratchMap } from './scratch/scratch-map.ts';
import type { Sources } from './sources.ts';
import { metaOf } from './writer-schemas.ts';
import type { Decoded } from './writer-schemas.ts';

/** A topic of events, the field of theirs that is the key, and what they say. */
export interface EventTopic {
  readonly events: string;
  readonly idField: string;
  readonly rules: FoldRules;
}

type VersionOf = (entity: string) => number;

/** Who is told every event that could be decoded, and who remembers the topic of each by its id. */
export interface Observer {
  readonly topicOf: EntryMap<string>;
  take(record: TopicRecord, event: Decoded): void;
}

/** Reads the events of one topic step by step, checks each, archives it, and folds it. */
export class EventHistory {
  readonly entities: ScratchMap<Folded>;
  readonly archive: EventArchive;
  readonly faults: RecordFaults;
  events = 0;
  private readonly topic: EventTopic;
  private readonly sources: Sources;
  private readonly observer: Observer;
  private readonly positions: number[];
  private readonly check: EventCheck;
  /** Read, but not to be folded yet. */
  private held: [entity: string, event: Decoded, place: string][] = [];

  private constructor(topic: EventTopic, sources: Sources, observer: Observer, starts: number[]) {
    const { scratch, schemas, report } = sources;
    this.topic = topic;
    this.sources = sources;
    this.observer = observer;
    this.positions = starts;
    this.entities = scratch.map<Folded>();
    this.archive = new EventArchive(scratch.bytes(), topic.rules, schemas);
    this.faults = new RecordFaults(report, <V>() => scratch.map<V>());
    this.check = new EventCheck({
      idField: topic.idField,
      partitions: starts.length,
      topicOf: observer.topicOf,
      versions: scratch.map<number>(),
      faults: this.faults,
    });
  }

  static async open(topic: EventTopic, sources: Sources, observer: Observer): Promise<EventHistory> {
    return new EventHistory(topic, sources, observer, await sources.log.starts(topic.events));
  }

  /** Goes on to the ends, one a partition; folds an entity's events only up to its version in `versionOf` this time. */
  async readTo(ends: readonly number[], versionOf: VersionOf = () => Infinity): Promise<void> {
    for (const [entity, event, place] of this.held.splice(0)) this.fold(entity, event, place, versionOf);
    for (const [partition, from] of this.positions.entries()) {
      const to = Math.max(from, ends[partition] ?? from);
      for await (const records of this.sources.log.read({ topic: this.topic.events, partition, from, to })) {
        for (const record of records) this.take(record, versionOf);
      }
      this.positions[partition] = to;
    }
  }

  /** Goes on to what the ends are now; answers whether there was anything new. */
  async readOn(): Promise<boolean> {
    const before = this.events;
    await this.readTo(await this.sources.log.ends(this.topic.events));
    return this.events > before;
  }

  private take(record: TopicRecord, versionOf: VersionOf): void {
    this.events += 1;
    const event = this.decode(record);
    const isNew = event !== undefined && !this.check.isRepeated(record, event);
    this.archive.add(record, isNew);
    if (!event) return;
    this.observer.take(record, event);
    if (isNew) this.fold(record.key ?? '', event, placeOf(record), versionOf);
  }

  private fold(entity: string, event: Decoded, place: string, versionOf: VersionOf): void {
    if (metaOf(event).entityVersion > versionOf(entity)) return void this.held.push([entity, event, place]);
    if (foldEvent(this.topic.rules, this.entities, entity, event)) return;
    this.sources.report.notCompared.add(`${place} is a ${event.name}, which this program does not know.`);
  }

  private decode(record: TopicRecord): Decoded | undefined {
    try {
      const event = this.sources.schemas.decode(record.value);
      if (!metaOf(event)) throw new Error(`it is a ${event.name}`);
      return event;
    } catch (error) {
      this.faults.add({
        invariant: 'I3',
        entity: record.key ?? 'without a key',
        place: placeOf(record),
        what: 'the value',
        expected: 'an event',
        found: (error as Error).message,
      });
      return undefined;
    }
  }
}
