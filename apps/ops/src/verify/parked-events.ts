import type { DeadLetters } from './dead-letters.ts';
import type { ParkedRow, ReadModel } from './read-model.ts';
import type { RecordFaults } from './record-faults.ts';
import { placeOf } from './report.ts';
import type { ScratchMap } from './scratch/scratch-map.ts';
import type { Sources } from './sources.ts';

/** Parked records of one entity, and how many of them are still to be published. */
interface Standing {
  readonly first: ParkedRow;
  readonly count: number;
  readonly unsent: number;
}

/** The records of a topic that a projection has put aside, and those that somebody gave up then: it has not applied them. */
export class ParkedEvents {
  /** How many are parked, by partition. */
  readonly counts: number[] = [];
  private readonly places: ScratchMap<boolean>;
  private isEmpty = true;

  private constructor(places: ScratchMap<boolean>) {
    this.places = places;
  }

  /** Reads them inside the model's snapshot, tells of each entity that has any, and has their dead letters looked for. */
  static async read(
    model: ReadModel,
    { scratch, report }: Sources,
    letters: DeadLetters,
    faults: Pick<RecordFaults, 'discarded'>,
  ): Promise<ParkedEvents> {
    const { schema, topic } = model;
    const parked = new ParkedEvents(scratch.map());
    let standing: Standing | undefined;
    const tell = (): void => {
      if (standing) report.parked.add(sentenceFor(model, standing));
    };
    for await (const row of model.parked()) {
      const { partition, offset, key, isSent, discarded } = row;
      parked.add(row);
      if (discarded !== null) {
        const place = placeOf({ topic, partition, offset });
        report.notes.add(`${schema}: ${place} was discarded by ${discarded}.`);
        faults.discarded(place);
        continue;
      }
      if (isSent) letters.expect({ consumer: schema, topic, partition, offset }, nameOf(key));
      if (!standing || !key || !standing.first.key?.equals(key) || standing.first.partition !== partition) {
        tell();
        standing = { first: row, count: 0, unsent: 0 };
      }
      standing = { ...standing, count: standing.count + 1, unsent: standing.unsent + (isSent ? 0 : 1) };
    }
    tell();
    return parked;
  }

  has(partition: number, offset: number): boolean {
    return !this.isEmpty && this.places.has(`${partition} ${offset}`);
  }

  private add({ partition, offset, discarded }: ParkedRow): void {
    this.isEmpty = false;
    this.places.set(`${partition} ${offset}`, true);
    if (discarded === null) this.counts[partition] = (this.counts[partition] ?? 0) + 1;
  }
}

function sentenceFor({ schema, topic }: ReadModel, { first, count, unsent }: Standing): string {
  const { key, partition, offset, error } = first;
  const whose = `${count} ${count === 1 ? 'record' : 'records'} of ${nameOf(key)}`;
  const letters = unsent > 0 ? ` ${unsent} of them not yet on the dead letter topic.` : '';
  return `Parked in ${schema}: ${whose}, from ${topic}-${partition} offset ${offset} on: ${error}.${letters}`;
}

const nameOf = (key: Buffer | null): string => key?.toString() ?? 'no key';
