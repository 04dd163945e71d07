import avro from 'avsc';
import type { KafkaLog } from './kafka-log.ts';

/** A record's value as it was written: the full name of its schema and its fields. */
export interface Decoded {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What the suite puts first into every event, as far as it matters here. */
interface EventMeta {
  readonly eventId: string;
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly entityVersion: number;
  readonly occurredAt: number;
  readonly actor: string;
}

/** Undefined, against its type, in a record that is no event. */
export const metaOf = ({ fields }: Decoded): EventMeta => fields['meta'] as EventMeta;

interface PublishedSchema {
  readonly id: number;
  readonly text: string;
}

/** Decodes every value by the schema that it was written with, as the schemas topic has it. */
export class WriterSchemas {
  private readonly types = new Map<number, avro.Type>();

  static async read(log: KafkaLog, topic: string): Promise<WriterSchemas> {
    const schemas = new WriterSchemas();
    const [from = 0] = await log.starts(topic);
    const [to = 0] = await log.ends(topic);
    for await (const records of log.read({ topic, partition: 0, from, to })) {
      for (const { value } of records) if (value) schemas.add(JSON.parse(value.toString()) as PublishedSchema);
    }
    return schemas;
  }

  add({ id, text }: PublishedSchema): void {
    this.types.set(id, avro.Type.forSchema(JSON.parse(text) as avro.Schema));
  }

  /** A zero byte, the schema's id in four bytes, then Avro. Throws when it is anything else. */
  decode(value: Buffer | null): Decoded {
    if (!value || value.length < 5 || value[0] !== 0) throw new Error('it has no schema id');
    const id = value.readInt32BE(1);
    const type = this.types.get(id);
    if (!type) throw new Error(`its schema ${id} is not in the schemas topic`);
    return { name: type.name ?? '', fields: type.fromBuffer(value.subarray(5)) as Decoded['fields'] };
  }
}
