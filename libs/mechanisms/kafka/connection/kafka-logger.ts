import { logLevel } from 'kafkajs';
import type { logCreator } from 'kafkajs';

/** Where the port writes its log lines, and kafkajs its own. */
export interface KafkaLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * kafkajs logs each lost connection and each retried request as an error. What matters of them comes to the caller as
 * an error with a cause, so here they are at most warnings, and a single connection's story is for debugging.
 */
export const toKafkajsLog =
  (logger: KafkaLogger): logCreator =>
  () =>
  ({ namespace, level, log: { message, timestamp: _timestamp, logger: _logger, ...fields } }) => {
    const noise = level === logLevel.INFO || namespace === 'Connection' || namespace === 'BrokerPool';
    logger[noise ? 'debug' : 'warn']({ ...fields, kafkajs: namespace }, message);
  };
