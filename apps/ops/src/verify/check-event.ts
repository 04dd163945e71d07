import { murmur2 } from '@platformatic/kafka';
import type { TopicRecord } from './kafka-log.ts';
import { placeOf } from './report.ts';
import type { Report } from './report.ts';
import { metaOf } from './writer-schemas.ts';
import type { Decoded } from './writer-schemas.ts';

/** Where Kafka's own clients put a key. */
export const partitionOf = (key: string, partitions: number): number => (murmur2(key) & 0x7fffffff) % partitions;

interface Entity {
  /** Where its key belongs. */
  readonly partition: number;
  /** Of its newest event. */
  version: number;
}

const CE_ID = Buffer.from('ce_id');

/** I3: every event stands where it belongs and continues its entity; to be asked record by record, in topic order. */
export class EventCheck {
  private readonly entities = new Map<string, Entity>();
  private readonly eventIds = new Set<string>();
  private readonly occurredAt = new Map<number, number>();
  private readonly idField: string;
  private readonly partitions: number;
  private readonly report: Report;

  constructor(idField: string, partitions: number, report: Report) {
    this.idField = idField;
    this.partitions = partitions;
    this.report = report;
  }

  check(record: TopicRecord, event: Decoded): void {
    const key = record.key ?? 'without a key';
    const entity = this.entityOf(key);
    const { eventId, entityVersion, occurredAt } = metaOf(event);
    const expect = (what: string, expected: unknown, found: unknown): void => {
      if (expected === found) return;
      this.report.add({ invariant: 'I3', entity: key, place: placeOf(record), what, expected, found });
    };
    expect('the key', event.fields[this.idField], record.key);
    expect('the partition', entity.partition, record.partition);
    expect('the entity version', entity.version + 1, entityVersion);
    expect('the header ce_id', eventId, headerOf(record, CE_ID));
    if (this.eventIds.has(eventId)) expect('the event id', 'one that no other event has', eventId);
    const before = this.occurredAt.get(record.partition) ?? 0;
    if (occurredAt < before) expect('the time of occurrence', `${before} or later`, occurredAt);
    entity.version = entityVersion;
    this.eventIds.add(eventId);
    this.occurredAt.set(record.partition, Math.max(before, occurredAt));
  }

  private entityOf(key: string): Entity {
    const known = this.entities.get(key);
    if (known) return known;
    const entity = { partition: partitionOf(key, this.partitions), version: 0 };
    this.entities.set(key, entity);
    return entity;
  }
}

const headerOf = ({ headers }: TopicRecord, name: Buffer): string | undefined =>
  headers.find(([key]) => key?.equals(name))?.[1]?.toString();
