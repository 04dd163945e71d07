import { EventCheck } from '../check-event.ts';
import { foldOrder } from './fold-order.ts';
import type { FoldedOrder } from './fold-order.ts';
import type { KafkaLog, TopicRecord } from '../kafka-log.ts';
import { placeOf } from '../report.ts';
import type { Report } from '../report.ts';
import { metaOf } from '../writer-schemas.ts';
import type { Decoded, WriterSchemas } from '../writer-schemas.ts';

/** Reads the order events step by step, checks each, and folds them. */
export class OrderHistory {
  readonly orders = new Map<string, FoldedOrder>();
  events = 0;
  private readonly log: KafkaLog;
  private readonly topic: string;
  private readonly schemas: WriterSchemas;
  private readonly report: Report;
  private readonly positions: number[];
  private readonly check: EventCheck;

  private constructor(log: KafkaLog, topic: string, schemas: WriterSchemas, report: Report, starts: number[]) {
    this.log = log;
    this.topic = topic;
    this.schemas = schemas;
    this.report = report;
    this.positions = starts;
    this.check = new EventCheck('orderId', starts.length, report);
  }

  static async open(log: KafkaLog, topic: string, schemas: WriterSchemas, report: Report): Promise<OrderHistory> {
    return new OrderHistory(log, topic, schemas, report, await log.starts(topic));
  }

  /** Goes on to the ends, one a partition; folds an order's events only up to its version in `versionOf`. */
  async readTo(ends: readonly number[], versionOf: (orderId: string) => number = () => Infinity): Promise<void> {
    for (const [partition, from] of this.positions.entries()) {
      const to = Math.max(from, ends[partition] ?? from);
      for await (const records of this.log.read({ topic: this.topic, partition, from, to })) {
        for (const record of records) this.take(record, versionOf);
      }
      this.positions[partition] = to;
    }
  }

  private take(record: TopicRecord, versionOf: (orderId: string) => number): void {
    this.events += 1;
    const event = this.decode(record);
    if (!event) return;
    this.check.check(record, event);
    const orderId = record.key ?? '';
    if (metaOf(event).entityVersion > versionOf(orderId)) return;
    if (foldOrder(this.orders, orderId, event)) return;
    this.report.notCompared.push(`${placeOf(record)} is a ${event.name}, which this program does not know.`);
  }

  private decode(record: TopicRecord): Decoded | undefined {
    try {
      const event = this.schemas.decode(record.value);
      if (!metaOf(event)) throw new Error(`it is a ${event.name}`);
      return event;
    } catch (error) {
      this.report.add({
        invariant: 'I3',
        entity: record.key ?? 'without a key',
        place: placeOf(record),
        what: 'the value',
        expected: 'an event',
        found: (error as Error).message,
      });
      return undefined;
    }
  }
}
