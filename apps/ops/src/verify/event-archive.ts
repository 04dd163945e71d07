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

/** Iterated in the order of its keys. */
type ArchivedRecords = Pick<EntryMap<Buffer>, 'set'> & Iterable<[string, Buffer]> & { keys(): Iterable<string> };

/** Whether a projection has applied what stands at an offset. */
export type IsApplied = (partition: number, offset: number) => boolean;

/** Lower than whatever stands in a key, so that entities are in the order of their ids. */
const END_OF_ID = '\u0001';
const DIGITS = 16;
/** So that a place fits behind it. */
const LONGEST_ID = 400;
/** Instead of a record that is no event, or one that was there before. */
const NOTHING = Buffer.alloc(0);

interface Place {
  readonly entity: string;
  readonly partition: number;
  readonly offset: number;
}

/** Every record of an events topic, by entity: it can be read again in the order of the ids as often as wanted. */
export class EventArchive {
  private readonly records: ArchivedRecords;
  private readonly rules: FoldRules;
  private readonly schemas: WriterSchemas;
  /** By partition: how many records there are, and the offset after the last one. */
  private readonly counts: number[] = [];
  private readonly ends: number[] = [];

  constructor(records: ArchivedRecords, rules: FoldRules, schemas: WriterSchemas) {
    this.records = records;
    this.rules = rules;
    this.schemas = schemas;
  }

  /** The records of a partition in their order. */
  add({ key, partition, offset, value }: TopicRecord, isNewEvent: boolean): void {
    this.records.set(
      keyOf({ entity: keptKey(key ?? '', LONGEST_ID), partition, offset }),
      (isNewEvent && value) || NOTHING,
    );
    this.counts[partition] = (this.counts[partition] ?? 0) + 1;
    this.ends[partition] = offset + 1;
  }

  /** How many records each partition has before an offset, events or not. */
  countBefore(offsets: readonly number[]): number[] {
    const isWhole = offsets.every((offset, partition) => offset >= (this.ends[partition] ?? 0));
    if (isWhole) return offsets.map((_, partition) => this.counts[partition] ?? 0);
    const counts = offsets.map(() => 0);
    for (const key of this.records.keys()) {
      const { partition, offset } = placeIn(key);
      if (offset < (offsets[partition] ?? 0)) counts[partition]! += 1;
    }
    return counts;
  }

  /** The events that a projection has applied, in the order of entities, those of an entity in their order in the topic. */
  *moments(isApplied: IsApplied): Generator<Moment> {
    const current = new Map<string, Folded>();
    let before: Moment | undefined;
    for (const [key, value] of this.records) {
      const { entity, partition, offset } = placeIn(key);
      if (value.length === 0 || !isApplied(partition, offset)) continue;
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

const keyOf = ({ entity, partition, offset }: Place): string =>
  `${entity}${END_OF_ID}${digitsOf(partition)}${digitsOf(offset)}`;

const digitsOf = (number: number): string => String(number).padStart(DIGITS, '0');

function placeIn(key: string): Place {
  return {
    entity: key.slice(0, -2 * DIGITS - END_OF_ID.length),
    partition: Number(key.slice(-2 * DIGITS, -DIGITS)),
    offset: Number(key.slice(-DIGITS)),
  };
}
