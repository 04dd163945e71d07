import type { LogRecord } from '#mechanisms/kafka/index';
import type { TopicRecords } from '#mechanisms/event-store/log/partition-log';

/** `prepared`: the commit is decided and acknowledged, but its markers are not written, so no reader sees it. */
type Outcome = 'open' | 'prepared' | 'committed' | 'aborted';

export interface Transaction {
  outcome: Outcome;
  /** How many commits were decided before it, in all. */
  commit: number;
  readonly topics: Set<StoredTopic>;
}

export interface StoredRecord extends LogRecord {
  readonly transaction: Transaction;
}

interface StoredTopic {
  records: StoredRecord[];
  end: number;
}

interface Producer {
  epoch: number;
  current: Transaction | undefined;
  /** How many commits were decided when each epoch began. */
  readonly epochs: number[];
}

/** The broker refused a request because a later epoch has begun. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

/**
 * Kafka's transactions as far as the owner relies on them: epochs that fence, produce requests and end requests apart,
 * aborted records that take offsets, markers behind the commit that take one too, readers that see nothing at or behind the first
 * open transaction. Each method is one request, handled at one moment.
 */
export class SimulatedBroker {
  /** Commits decided so far: the time by which histories are compared. */
  commits = 0;
  private readonly topics = new Map<string, StoredTopic>();
  private readonly producers = new Map<string, Producer>();

  /** InitProducerId: completes what was committed, aborts what was open, and refuses all earlier epochs from now on. */
  init(id: string): number {
    const producer = this.producer(id);
    this.writeMarkers(id);
    if (producer.current) this.end(producer.current, 'aborted');
    producer.current = undefined;
    producer.epochs.push(this.commits);
    return (producer.epoch += 1);
  }

  /** AddPartitionsToTxn. @throws Fenced */
  begin(id: string, epoch: number): void {
    const producer = this.current(id, epoch);
    this.writeMarkers(id);
    producer.current = { outcome: 'open', commit: -1, topics: new Set() };
  }

  /** Produce, for one topic of the transaction; answers the first offset. @throws Fenced */
  produce(
    id: string,
    epoch: number,
    partition: number,
    { topic, records }: TopicRecords,
    firstSequence: number,
  ): number {
    const transaction = this.current(id, epoch).current;
    if (!transaction || transaction.outcome !== 'open') throw new Fenced('no transaction');
    const stored = this.topic(topic, partition);
    transaction.topics.add(stored);
    const base = stored.end;
    for (const [index, { key, value, headers = {}, timestamp }] of records.entries()) {
      const writer = { producerId: id, producerEpoch: epoch, sequence: firstSequence + index };
      const offset = stored.end++;
      stored.records.push({ offset, timestamp, key: Buffer.from(key), value, headers, ...writer, transaction });
    }
    return base;
  }

  /** EndTxn with commit. @throws Fenced */
  commit(id: string, epoch: number): void {
    const transaction = this.current(id, epoch).current;
    if (!transaction || transaction.outcome !== 'open') throw new Fenced('no transaction');
    transaction.outcome = 'prepared';
    transaction.commit = this.commits++;
  }

  /** What the coordinator does a little after a commit; readers see it from then on. */
  writeMarkers(id: string): void {
    const producer = this.producer(id);
    if (producer.current?.outcome !== 'prepared') return;
    this.end(producer.current, 'committed');
    producer.current = undefined;
  }

  /** How many commits were decided when an epoch began. */
  begunAt(id: string, epoch: number): number {
    return this.producer(id).epochs[epoch]!;
  }

  /** The last stable offset. */
  endOffset(topic: string, partition: number): number {
    const { records, end } = this.topic(topic, partition);
    const open = records.find(({ transaction: { outcome } }) => outcome === 'open' || outcome === 'prepared');
    return open?.offset ?? end;
  }

  /** Committed records from an offset on, at most so many, and where to go on. @throws RangeError beyond the end */
  fetch(topic: string, partition: number, from: number, most: number) {
    const { records, end } = this.topic(topic, partition);
    if (from > end) throw new RangeError(`${topic}-${partition} ends at ${end}, before ${from}`);
    const stable = this.endOffset(topic, partition);
    const seen: StoredRecord[] = [];
    for (const record of records) {
      if (record.offset < from || record.transaction.outcome !== 'committed') continue;
      if (record.offset >= stable) break;
      if (seen.length === most) return { records: seen, nextOffset: record.offset };
      seen.push(record);
    }
    return { records: seen, nextOffset: Math.max(from, stable) };
  }

  /** Keeps the newest record of each key, as far as all is decided. */
  compact(topic: string, partition: number): void {
    const stored = this.topic(topic, partition);
    const stable = this.endOffset(topic, partition);
    const decided = stored.records.filter(
      ({ offset, transaction }) => offset < stable && transaction.outcome === 'committed',
    );
    const newest = new Map(decided.map((record) => [record.key!.toString(), record]));
    stored.records = stored.records.filter(
      (record) => record.offset >= stable || newest.get(record.key!.toString()) === record,
    );
  }

  /** Everything committed in a topic's partition. */
  committed(topic: string, partition: number): StoredRecord[] {
    return this.topic(topic, partition).records.filter(({ transaction }) => transaction.commit >= 0);
  }

  private end(transaction: Transaction, outcome: Outcome): void {
    transaction.outcome = outcome;
    for (const topic of transaction.topics) topic.end += 1;
  }

  private current(id: string, epoch: number): Producer {
    const producer = this.producer(id);
    if (producer.epoch !== epoch) throw new Fenced(`epoch ${epoch} is over: it is ${producer.epoch}`);
    return producer;
  }

  private producer(id: string): Producer {
    const producer = this.producers.get(id) ?? { epoch: -1, current: undefined, epochs: [] };
    this.producers.set(id, producer);
    return producer;
  }

  private topic(topic: string, partition: number): StoredTopic {
    const name = `${topic}-${partition}`;
    const stored = this.topics.get(name) ?? { records: [], end: 0 };
    this.topics.set(name, stored);
    return stored;
  }
}
