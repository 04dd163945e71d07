import { murmur2 } from '@platformatic/kafka';
import type { TopicRecord } from './kafka-log.ts';
import { placeOf } from './report.ts';
import type { Report } from './report.ts';
import { metaOf } from './writer-schemas.ts';
import type { Decoded } from './writer-schemas.ts';

/** Where Kafka's own clients put a key. */
export const partitionOf = (key: string, partitions: number): number => (murmur2(key) & 0x7fffffff) % partitions;

/** I3: every event stands where it belongs and continues its entity; to be asked record by record, in topic order. */
export class EventCheck {
  private readonly versions = new Map<string, number>();
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
    const entity = record.key ?? 'without a key';
    const { eventId, entityVersion, occurredAt } = metaOf(event);
    const expect = (what: string, expected: unknown, found: unknown, holds = expected === found): void => {
      if (!holds) this.report.add({ invariant: 'I3', entity, place: placeOf(record), what, expected, found });
    };
    expect(`the key (${this.idField})`, event.fields[this.idField], record.key);
    expect('the partition', partitionOf(entity, this.partitions), record.partition);
    expect('the entity version', (this.versions.get(entity) ?? 0) + 1, entityVersion);
    expect('the header ce_id', eventId, headerOf(record, 'ce_id'));
    expect('the event id', 'one that no other event has', eventId, !this.eventIds.has(eventId));
    const before = this.occurredAt.get(record.partition) ?? 0;
    expect('the time of occurrence', `${before} or later`, occurredAt, occurredAt >= before);
    this.versions.set(entity, entityVersion);
    this.eventIds.add(eventId);
    this.occurredAt.set(record.partition, Math.max(before, occurredAt));
  }
}

function headerOf({ headers }: TopicRecord, name: string): string | undefined {
  const found = headers.find(([key]) => key?.toString() === name);
  return found?.[1]?.toString();
}
