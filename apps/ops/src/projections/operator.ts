import { KafkaConnection, Topics } from '#mechanisms/kafka/index';
import { Postgres } from '#mechanisms/projections/database/postgres';
import { VersionChanges } from '#mechanisms/projections/versions/version-changes';
import { Logger } from '#mechanisms/service/logger';
import type { OpsConfig } from '../ops.config.ts';
import { ProgressMeter } from './progress-meter.ts';

/** What the commands about projections work with. */
export interface Operator {
  readonly postgres: Postgres;
  readonly changes: VersionChanges;
  readonly meter: ProgressMeter;
}

/** Connects for the time of one command. */
export async function asOperator<T>(config: OpsConfig, work: (operator: Operator) => Promise<T>): Promise<T> {
  const postgres = new Postgres({ url: config.databaseUrl, applicationName: 'factstream' });
  const kafka = new KafkaConnection(config.kafka, new Logger('factstream', 'warn'));
  const client = await postgres.connect('projections');
  try {
    const meter = new ProgressMeter(client, new Topics(kafka));
    return await work({ postgres, changes: new VersionChanges(client), meter });
  } finally {
    kafka.close();
    await client.end();
    await postgres.close();
  }
}
