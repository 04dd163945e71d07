import { setTimeout as delay } from 'node:timers/promises';
import { PartitionReader } from '#mechanisms/kafka/index';
import type { KafkaConnection, LogRecord } from '#mechanisms/kafka/index';
import { SchemaCatalogue } from './catalogue.ts';
import type { DeployedSchema } from './catalogue.ts';

/** Compacted, one partition; key: the schema id as decimal text; value: a {@link DeployedSchema} as JSON. */
export const SCHEMAS_TOPIC = 'factstream-schemas';

/** Keeps a catalogue in step with the schemas topic; services need no registry. */
export class SchemaTopic {
  readonly catalogue = new SchemaCatalogue();
  private readonly reader: PartitionReader;
  private position = 0;
  private refreshing: Promise<void> | undefined;

  constructor(kafka: KafkaConnection) {
    this.reader = new PartitionReader(kafka);
  }

  /** Reads what was added since the last call; calls that overlap share one read. */
  refresh(): Promise<void> {
    this.refreshing ??= this.readOn().finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  /** Resolves when the record at an offset can be read: a commit is acknowledged a moment earlier. */
  async readable(offset: number): Promise<void> {
    while ((await this.reader.endOffset(SCHEMAS_TOPIC, 0)) <= offset) await delay(5);
  }

  private async readOn(): Promise<void> {
    const end = await this.reader.endOffset(SCHEMAS_TOPIC, 0);
    const start = Math.max(this.position, await this.reader.startOffset(SCHEMAS_TOPIC, 0));
    for await (const records of this.reader.read(SCHEMAS_TOPIC, 0, start, end)) {
      for (const record of records) this.add(record);
    }
    this.position = end;
  }

  private add({ value }: LogRecord): void {
    if (value) this.catalogue.add(JSON.parse(value.toString()) as DeployedSchema);
  }
}
