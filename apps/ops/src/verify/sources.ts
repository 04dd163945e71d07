import type { Client } from 'pg';
import type { KafkaLog } from './kafka-log.ts';
import type { Report } from './report.ts';
import type { WriterSchemas } from './writer-schemas.ts';

/** What a verification reads, and where it says what it found. */
export interface Sources {
  readonly log: KafkaLog;
  readonly schemas: WriterSchemas;
  readonly database: Client;
  readonly report: Report;
}
