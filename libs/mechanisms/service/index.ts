export { bootstrap } from './bootstrap.ts';
export * from './config.ts';
export { EventStoreHost } from './event-store.host.ts';
export { Health } from './health/health.ts';
export type { HealthReport } from './health/health.ts';
export * from './http/index.ts';
export { KafkaModule } from './kafka.module.ts';
export { Logger } from './logger.ts';
export { openApiOf } from './openapi.ts';
