import { foldEvent } from './fold-entity.ts';
import type { Folded, FoldRules } from './fold-entity.ts';
import type { TopicRecord } from './kafka-log.ts';
import { keptKey } from './scratch/scratch-map.ts';
import type { EntryMap } from './scratch/scratch-map.ts';
import type { Decoded, WriterSchemas } from './writer-schemas.ts';

/** An event of an entity, and what its entity is after it. */
export interface Moment {
  readonly entity: string;
  readonly event: Decoded;
  /** The first event of the entity. */
  readonly first: Decoded;
  /** Undefined when the entity has not begun as one does. */
  readonly after: Folded | undefined;
  readonly isNewest: boolean;
}

/** Without a value when it is no event, or one that was there before. */
export type Archived = readonly [entity: string, partition: number, offset: number, value: Buffer | null];

/** Iterated in the order of its keys. */
type ArchivedRecords = Pick<EntryMap<Archived>, 'set'> & Iterable<[string, Archived]> & { keys(): Iterable<string> };

/** Whether a projection has applied what stands at an offset. */
export type IsApplied = (partition: number, offset: number) => boolean;

/** Lower than whatever stands in a key, so that entities are in the order of their ids. */
const END_OF_ID = '\u0001';

/** Every record of an events topic, by entity: it can be read again in the order of the ids as often as wanted. */
export class EventArchive {
  private readonly records: ArchivedRecords;
  private readonly rules: FoldRules;
  private readonly schemas: WriterSchemas;

  constructor(records: ArchivedRecords, rules: FoldRules, schemas: WriterSchemas) {
    this.records = records;
    this.rules = rules;
    this.schemas = schemas;
  }

  add({ key, partition, offset, value }: TopicRecord, isNewEvent: boolean): void {
    const entity = keptKey(key ?? '');
    const place = [partition, offset].map((number) => String(number).padStart(16, '0'));
    this.records.set([entity, ...place].join(END_OF_ID), [entity, partition, offset, isNewEvent ? value : null]);
  }

  /** How many records each partition has before an offset, events or not. */
  countBefore(offsets: readonly number[]): number[] {
    const counts = offsets.map(() => 0);
    for (const key of this.records.keys()) {
      const [partition, offset] = key.split(END_OF_ID).slice(-2).map(Number) as [number, number];
      if (offset < (offsets[partition] ?? 0)) counts[partition]! += 1;
    }
    return counts;
  }

  /** The events that a projection has applied, in the order of entities, those of an entity in their order in the topic. */
  *moments(isApplied: IsApplied): Generator<Moment> {
    const current = new Map<string, Folded>();
    let before: Moment | undefined;
    for (const [, [entity, partition, offset, value]] of this.records) {
      if (!value || !isApplied(partition, offset)) continue;
      const isNext = before?.entity !== entity;
      if (before) yield isNext ? { ...before, isNewest: true } : before;
      if (isNext) current.clear();
      const event = this.schemas.decode(value);
      foldEvent(this.rules, current, entity, event);
      const first: Decoded = isNext ? event : before!.first;
      before = { entity, event, first, after: current.get(entity), isNewest: false };
    }
    if (before) yield { ...before, isNewest: true };
  }
}
