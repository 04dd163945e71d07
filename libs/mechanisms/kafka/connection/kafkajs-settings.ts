import { logLevel } from 'kafkajs';
import type { SASLOptions } from 'kafkajs';
import type { KafkaSettings } from '../types.ts';
import { toKafkajsLog } from './kafka-logger.ts';
import type { KafkaLogger } from './kafka-logger.ts';
import { createKafkajsLogger } from './kafkajs-internals.ts';

/** The settings in kafkajs' words, for every connection of this process. */
export interface KafkajsSettings {
  readonly clientId: string;
  readonly ssl: object | null;
  readonly sasl: SASLOptions | null;
  readonly logger: unknown;
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
}

export function toKafkajsSettings(settings: KafkaSettings, logger: KafkaLogger): KafkajsSettings {
  return {
    clientId: settings.clientId,
    ssl: settings.tls ?? null,
    sasl: settings.sasl ?? null,
    logger: createKafkajsLogger({ level: logLevel.INFO, logCreator: toKafkajsLog(logger) }),
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
  };
}
