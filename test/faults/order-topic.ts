import { KafkaLog } from '../../apps/ops/src/verify/kafka-log.ts';
import type { TopicRecord } from '../../apps/ops/src/verify/kafka-log.ts';
import { WriterSchemas } from '../../apps/ops/src/verify/writer-schemas.ts';
import type { OrderFact } from './check/order-fact.ts';

const TOPIC = 'order-events';
const SCHEMAS_TOPIC = 'factstream-schemas';

/** Reads what order-events has, with the code that verifies, not with that of the services. */
export class OrderTopic {
  private readonly log: KafkaLog;
  private readonly schemas: WriterSchemas;

  private constructor(log: KafkaLog, schemas: WriterSchemas) {
    this.log = log;
    this.schemas = schemas;
  }

  static async open(brokers: string): Promise<OrderTopic> {
    const log = new KafkaLog({ brokers: brokers.split(','), clientId: 'faults' });
    return new OrderTopic(log, await WriterSchemas.read(log, SCHEMAS_TOPIC));
  }

  /** Where each partition's next event will stand. */
  ends(): Promise<number[]> {
    return this.log.ends(TOPIC);
  }

  /** The events from these offsets on, each partition in its order. */
  async facts(starts: readonly number[]): Promise<OrderFact[]> {
    const ends = await this.ends();
    const facts: OrderFact[] = [];
    for (const [partition, from] of starts.entries()) {
      for await (const records of this.log.read({ topic: TOPIC, partition, from, to: ends[partition]! })) {
        facts.push(...records.map((record) => this.fact(record)));
      }
    }
    return facts;
  }

  close(): Promise<void> {
    return this.log.close();
  }

  private fact({ key, partition, offset, value }: TopicRecord): OrderFact {
    const { name, fields } = this.schemas.decode(value);
    const { entityVersion, commandId, causationId, correlationId } = fields['meta'] as Meta;
    // A reaction's cause is another event; what a deadline leads to has no correlation but itself.
    const isClients = causationId === commandId && correlationId !== commandId;
    return {
      orderId: key ?? '',
      version: entityVersion,
      type: name.slice(name.lastIndexOf('.') + 1),
      partition,
      offset,
      ...(isClients && { operationId: correlationId }),
    };
  }
}

interface Meta {
  readonly entityVersion: number;
  readonly commandId: string;
  readonly causationId: string;
  readonly correlationId: string;
}
