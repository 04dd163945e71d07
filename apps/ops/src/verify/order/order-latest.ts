import { partitionOf } from '../check-event.ts';
import type { KafkaLog, TopicRecord } from '../kafka-log.ts';
import { placeOf } from '../report.ts';
import type { Report } from '../report.ts';
import type { WriterSchemas } from '../writer-schemas.ts';

/** The newest record of one order. */
export interface Latest {
  readonly place: string;
  readonly version: number;
  readonly order: Readonly<Record<string, unknown>>;
}

/** Reads the latest topic step by step and keeps each order's newest record. */
export class OrderLatest {
  readonly records = new Map<string, Latest>();
  private readonly log: KafkaLog;
  private readonly topic: string;
  private readonly schemas: WriterSchemas;
  private readonly report: Report;
  private readonly positions: number[];

  private constructor(log: KafkaLog, topic: string, schemas: WriterSchemas, report: Report, starts: number[]) {
    this.log = log;
    this.topic = topic;
    this.schemas = schemas;
    this.report = report;
    this.positions = starts;
  }

  static async open(log: KafkaLog, topic: string, schemas: WriterSchemas, report: Report): Promise<OrderLatest> {
    return new OrderLatest(log, topic, schemas, report, await log.starts(topic));
  }

  /** Goes on to what the end is now. */
  async readOn(): Promise<void> {
    for (const [partition, to] of (await this.log.ends(this.topic)).entries()) {
      const from = this.positions[partition] ?? 0;
      for await (const records of this.log.read({ topic: this.topic, partition, from, to })) {
        for (const record of records) this.take(record);
      }
      this.positions[partition] = to;
    }
  }

  private take(record: TopicRecord): void {
    const orderId = record.key ?? 'without a key';
    const expect = (what: string, expected: unknown, found: unknown): void => {
      if (expected === found) return;
      this.report.add({ invariant: 'I7', entity: orderId, place: placeOf(record), what, expected, found });
    };
    expect('the partition', partitionOf(orderId, this.positions.length), record.partition);
    if (!record.value) return void this.records.delete(orderId);
    try {
      const { meta, ...order } = this.schemas.decode(record.value).fields;
      expect('the key', order['orderId'], record.key);
      this.records.set(orderId, { place: placeOf(record), version: versionIn(meta), order });
    } catch (error) {
      expect('the value', 'a record that can be decoded', (error as Error).message);
    }
  }
}

const versionIn = (meta: unknown): number => (meta as { entityVersion: number }).entityVersion;
