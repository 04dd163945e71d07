type Invariant = 'I1' | 'I3' | 'I4' | 'I5' | 'I7' | 'I8';

/** Something that should not be: where, what should have been there, and what was. */
export interface Difference {
  readonly invariant: Invariant;
  readonly entity: string;
  /** A topic partition and offset, or a table. */
  readonly place: string;
  readonly what: string;
  readonly expected: unknown;
  readonly found: unknown;
  /** The ids of what it is about, where that is more than the entity. */
  readonly about?: readonly string[];
}

const KEPT = 100;

/** Counts everything and keeps the first hundred. */
class Firsts<T> {
  readonly kept: T[] = [];
  count = 0;

  add(item: T): void {
    this.count += 1;
    if (this.kept.length < KEPT) this.kept.push(item);
  }
}

/** What a verification found. */
export class Report {
  readonly differences = new Firsts<Difference>();
  /** Sentences about what could not be compared. */
  readonly notCompared = new Firsts<string>();
  /** Sentences about what has been put aside, and what waits for it: a person must see to it. */
  readonly parked = new Firsts<string>();
  /** Sentences about what was not asked for, and what a person has decided. */
  readonly notes = new Firsts<string>();

  get exitCode(): 0 | 1 | 2 {
    if (this.differences.count > 0) return 1;
    return this.notCompared.count + this.parked.count > 0 ? 2 : 0;
  }
}

export const placeOf = (record: { readonly topic: string; readonly partition: number; readonly offset: number }) =>
  `${record.topic}-${record.partition} offset ${record.offset}`;

export const sentenceFor = ({ invariant, entity, place, what, expected, found }: Difference): string =>
  `${invariant} ${entity} at ${place}: ${what} should be ${show(expected)} and is ${show(found)}.`;

const LONGEST = 300;

function show(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
