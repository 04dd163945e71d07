import { EventCheck } from './check-event.ts';
import { foldEvent } from './fold-entity.ts';
import type { Folded, FoldRules } from './fold-entity.ts';
import type { KafkaLog, TopicRecord } from './kafka-log.ts';
import { placeOf } from './report.ts';
import type { Report } from './report.ts';
import { metaOf } from './writer-schemas.ts';
import type { Decoded, WriterSchemas } from './writer-schemas.ts';

/** A topic of events, the field of theirs that is the key, and what they say. */
export interface EventTopic {
  readonly events: string;
  readonly idField: string;
  readonly rules: FoldRules;
}

type VersionOf = (entity: string) => number;
/** Is told every event that could be decoded. */
export type Observer = (record: TopicRecord, event: Decoded) => void;

/** Reads the events of one topic step by step, checks each, and folds them. */
export class EventHistory {
  readonly entities = new Map<string, Folded>();
  events = 0;
  private readonly log: KafkaLog;
  private readonly topic: EventTopic;
  private readonly schemas: WriterSchemas;
  private readonly report: Report;
  private readonly observe: Observer;
  private readonly positions: number[];
  private readonly check: EventCheck;
  /** Read, but not to be folded yet. */
  private held: [entity: string, event: Decoded, place: string][] = [];

  private constructor(
    log: KafkaLog,
    topic: EventTopic,
    schemas: WriterSchemas,
    report: Report,
    observe: Observer,
    starts: number[],
  ) {
    this.log = log;
    this.topic = topic;
    this.schemas = schemas;
    this.report = report;
    this.observe = observe;
    this.positions = starts;
    this.check = new EventCheck(topic.idField, starts.length, report);
  }

  static async open(
    log: KafkaLog,
    topic: EventTopic,
    schemas: WriterSchemas,
    report: Report,
    observe: Observer = () => {},
  ): Promise<EventHistory> {
    return new EventHistory(log, topic, schemas, report, observe, await log.starts(topic.events));
  }

  /** Goes on to the ends, one a partition; folds an entity's events only up to its version in `versionOf` this time. */
  async readTo(ends: readonly number[], versionOf: VersionOf = () => Infinity): Promise<void> {
    for (const [entity, event, place] of this.held.splice(0)) this.fold(entity, event, place, versionOf);
    for (const [partition, from] of this.positions.entries()) {
      const to = Math.max(from, ends[partition] ?? from);
      for await (const records of this.log.read({ topic: this.topic.events, partition, from, to })) {
        for (const record of records) this.take(record, versionOf);
      }
      this.positions[partition] = to;
    }
  }

  /** Goes on to what the ends are now; answers whether there was anything new. */
  async readOn(): Promise<boolean> {
    const before = this.events;
    await this.readTo(await this.log.ends(this.topic.events));
    return this.events > before;
  }

  private take(record: TopicRecord, versionOf: VersionOf): void {
    this.events += 1;
    const event = this.decode(record);
    if (!event) return;
    this.check.check(record, event);
    this.observe(record, event);
    this.fold(record.key ?? '', event, placeOf(record), versionOf);
  }

  private fold(entity: string, event: Decoded, place: string, versionOf: VersionOf): void {
    if (metaOf(event).entityVersion > versionOf(entity)) return void this.held.push([entity, event, place]);
    if (foldEvent(this.topic.rules, this.entities, entity, event)) return;
    this.report.notCompared.push(`${place} is a ${event.name}, which this program does not know.`);
  }

  private decode(record: TopicRecord): Decoded | undefined {
    try {
      const event = this.schemas.decode(record.value);
      if (!metaOf(event)) throw new Error(`it is a ${event.name}`);
      return event;
    } catch (error) {
      this.report.add({
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
