import { murmur2 } from '@platformatic/kafka';
import type { TopicRecord } from './kafka-log.ts';
import { placeOf } from './report.ts';
import type { Difference } from './report.ts';
import type { EntryMap } from './scratch/scratch-map.ts';
import { metaOf } from './writer-schemas.ts';
import type { Decoded } from './writer-schemas.ts';

/** Where Kafka's own clients put a key. */
export const partitionOf = (key: string, partitions: number): number => (murmur2(key) & 0x7fffffff) % partitions;

/** A topic, what it is checked by, and where it is remembered what was there before. */
interface Checked {
  readonly idField: string;
  readonly partitions: number;
  /** The topic of every event, by its id. */
  readonly topicOf: EntryMap<string>;
  /** The newest version of every entity. */
  readonly versions: EntryMap<number>;
  /** What is wrong with a record. */
  readonly faults: { add(difference: Difference): void };
}

const CE_ID = Buffer.from('ce_id');

/** I3: every event stands where it belongs and continues its entity; to be asked record by record, in topic order. */
export class EventCheck {
  private readonly occurredAt = new Map<number, number>();
  private readonly checked: Checked;

  constructor(checked: Checked) {
    this.checked = checked;
  }

  /** Answers whether there was an event with the same id before: one that changes nothing. */
  isRepeated(record: TopicRecord, event: Decoded): boolean {
    const { idField, partitions, topicOf, versions, faults } = this.checked;
    const key = record.key ?? 'without a key';
    const { eventId, entityVersion, occurredAt } = metaOf(event);
    const expect = (what: string, expected: unknown, found: unknown): void => {
      if (expected === found) return;
      faults.add({ invariant: 'I3', entity: key, place: placeOf(record), what, expected, found });
    };
    const version = versions.get(key) ?? 0;
    const isRepeated = topicOf.has(eventId);
    const before = this.occurredAt.get(record.partition) ?? 0;
    expect('the key', event.fields[idField], record.key);
    expect('the partition', partitionOf(key, partitions), record.partition);
    if (!isRepeated || entityVersion > version) expect('the entity version', version + 1, entityVersion);
    expect('the header ce_id', eventId, headerOf(record, CE_ID));
    if (isRepeated) expect('the event id', 'one that no other event has', eventId);
    if (occurredAt < before) expect('the time of occurrence', `${before} or later`, occurredAt);
    versions.set(key, isRepeated ? Math.max(version, entityVersion) : entityVersion);
    topicOf.set(eventId, record.topic);
    this.occurredAt.set(record.partition, Math.max(before, occurredAt));
    return isRepeated;
  }
}

const headerOf = ({ headers }: TopicRecord, name: Buffer): string | undefined =>
  headers.find(([key]) => key?.equals(name))?.[1]?.toString();
