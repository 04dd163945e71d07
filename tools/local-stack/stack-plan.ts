import { localSettings } from './environment.ts';
import { stateFolder } from './layout.ts';
import { apps } from './apps.ts';
import { claimedUrl } from './by-hand.ts';
import { freePort, reservePort } from './ports.ts';
import type { StackAddresses } from './stack-file.ts';

/** Which parts are to be started, where everything is to be found, and what every app is told. */
export interface StackPlan {
  kafkaPort: number | undefined;
  postgresPort: number | undefined;
  registryPort: number | undefined;
  addresses: StackAddresses;
  settings: Record<string, string>;
}

/** A part whose address stands in the environment is not started. */
export async function planStack(env: NodeJS.ProcessEnv = process.env): Promise<StackPlan> {
  const unlessSet = async (name: string, preferred: number) =>
    env[name] ? undefined : freePort(preferred, reservePort);
  const appUrls: Record<string, string> = {};
  for (const { name, port } of apps)
    appUrls[name] = claimedUrl(name) ?? `http://127.0.0.1:${await freePort(port, reservePort)}`;
  const kafkaPort = await unlessSet('KAFKA_BROKERS', 9092);
  const postgresPort = await unlessSet('DATABASE_URL', 5432);
  const registryPort = await unlessSet('SCHEMA_REGISTRY_URL', 8081);
  return {
    kafkaPort,
    postgresPort,
    registryPort,
    addresses: {
      kafka: env['KAFKA_BROKERS'] || `127.0.0.1:${kafkaPort}`,
      postgres: env['DATABASE_URL'] || `postgres://postgres@127.0.0.1:${postgresPort}/factstream`,
      registry: env['SCHEMA_REGISTRY_URL'] || `http://127.0.0.1:${registryPort}/apis/ccompat/v7`,
      apps: appUrls,
    },
    // A Kafka of one's own has the number of brokers that the apps expect by default.
    settings: {
      ...(kafkaPort !== undefined && { PARTITIONS: '3', REPLICATION_FACTOR: '1', MIN_INSYNC_REPLICAS: '1' }),
      ...localSettings(stateFolder),
    },
  };
}
