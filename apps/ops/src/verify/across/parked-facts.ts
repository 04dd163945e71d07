import type { DeadLetters } from '../dead-letters.ts';
import { sentenceFor } from '../report.ts';
import type { Difference } from '../report.ts';
import type { EntryMap } from '../scratch/scratch-map.ts';
import type { Sources } from '../sources.ts';

/** A fact that the reactions of a context have put aside, as a control topic says. */
interface ParkedFact {
  /** `<topic>-<partition>`. */
  readonly source: string;
  readonly offset: number;
  readonly sourceKey: string | null;
  /** Whom it is for, if that is known. */
  readonly entityId: string | null;
  readonly error: string;
}

const PARKED = 'parked/';

/** The facts that reactions have put aside: whatever waits for one of them waits for a person. */
export class ParkedFacts {
  private readonly facts: EntryMap<ParkedFact>;
  /** What is said of a fact, by the ids that it names. */
  private readonly told: EntryMap<string>;

  constructor(newMap: <V>() => EntryMap<V>) {
    this.facts = newMap();
    this.told = newMap();
  }

  /** Reads a control topic, tells of every fact that is parked there, and has their dead letters looked for. */
  async read(topic: string, letters: DeadLetters, { log, schemas, report }: Sources): Promise<void> {
    const consumer = topic.replace(/-control$/, '-command.reactions');
    this.facts.clear();
    const starts = await log.starts(topic);
    for (const [partition, to] of (await log.ends(topic)).entries()) {
      for await (const records of log.read({ topic, partition, from: starts[partition]!, to })) {
        for (const { key, value } of records) {
          if (!key?.startsWith(PARKED)) continue;
          const name = `${key} ${partition}`;
          if (value) this.facts.set(name, schemas.decode(value).fields as unknown as ParkedFact);
          else this.facts.delete(name);
        }
      }
    }
    for (const [, { source, offset, sourceKey, entityId, error }] of this.facts) {
      const place = `${source} offset ${offset}`;
      const separator = source.lastIndexOf('-');
      const partition = Number(source.slice(separator + 1));
      letters.expect({ consumer, topic: source.slice(0, separator), partition, offset }, sourceKey ?? 'no key');
      report.parked.add(`Parked in ${consumer}: ${place} of ${sourceKey ?? 'no key'}: ${error}.`);
      for (const id of [sourceKey, entityId]) if (id !== null) this.told.set(id, `${place} is parked in ${consumer}`);
    }
  }

  /** Why a difference stands until a person sees to it, if it does. */
  excuse(difference: Difference): string | undefined {
    const about = difference.about?.find((id) => this.told.has(id));
    return about && `${sentenceFor(difference)} It waits for a person: ${this.told.get(about)}.`;
  }
}
