import type { Client } from 'pg';
import type { KafkaLog } from './kafka-log.ts';
import type { Report } from './report.ts';
import type { Scratch } from './scratch/scratch.ts';
import type { WriterSchemas } from './writer-schemas.ts';

/** What a verification reads, where it puts what does not fit into memory, and where it says what it found. */
export interface Sources {
  readonly log: KafkaLog;
  readonly schemas: WriterSchemas;
  readonly database: Client;
  readonly scratch: Scratch;
  readonly report: Report;
}
