import type { EntryMap } from './scratch/scratch-map.ts';
import type { Sources } from './sources.ts';

/** A record that somebody has put aside. */
interface PutAside {
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** I5: what is parked, and said to be published, is on the dead letter topic of its topic. */
export class DeadLetters {
  /** The entities of records whose letters were not found yet. */
  private readonly expected: EntryMap<string>;
  private readonly topics = new Set<string>();

  constructor(newMap: () => EntryMap<string>) {
    this.expected = newMap();
  }

  expect(letter: PutAside, entity: string): void {
    this.topics.add(letter.topic);
    this.expected.set(nameOf(letter), entity);
  }

  /** Reads the topics as far as they have letters to look for. */
  async verify({ log, report }: Pick<Sources, 'log' | 'report'>): Promise<void> {
    for (const events of this.topics) {
      const topic = `${events}-dlq`;
      const starts = await log.starts(topic);
      for (const [partition, to] of (await log.ends(topic)).entries()) {
        for await (const records of log.read({ topic, partition, from: starts[partition]!, to })) {
          for (const { value } of records) this.found(value);
        }
      }
    }
    for (const [name, entity] of this.expected) {
      const [consumer, topic, partition, offset] = name.split(' ');
      const what = `the dead letter of ${topic}-${partition} offset ${offset}`;
      const place = `${topic}-dlq`;
      const expected = `one of ${consumer}`;
      report.differences.add({ invariant: 'I5', entity, place, what, expected, found: undefined });
    }
  }

  /** Whatever a stranger has written there says nothing. */
  private found(value: Buffer | null): void {
    try {
      this.expected.delete(nameOf(JSON.parse(String(value)) as PutAside));
    } catch {
      // no letter
    }
  }
}

const nameOf = ({ consumer, topic, partition, offset }: PutAside): string =>
  [consumer, topic, partition, offset].join(' ');
