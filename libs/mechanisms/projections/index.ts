export { CheckpointWatch } from './checkpoint-watch.ts';
export type { EventCounts } from './checkpoints.ts';
export {
  BadEvent,
  InvalidCursor,
  NotCaughtUp,
  ReadModelUnavailable,
  UnreadableEvent,
  VersionConflict,
} from './errors.ts';
export { fromCursor, pageOf, toCursor } from './page.ts';
export type { Page, PageKey } from './page.ts';
export { Postgres, postgresDataSource } from './postgres.ts';
export type { PostgresSettings } from './postgres.ts';
export { ProjectEvents } from './project-events.decorator.ts';
export type { EventsHandler, Sql } from './project-events.decorator.ts';
export { ProjectionReads } from './projection-reads.ts';
export type { Freshness } from './projection-reads.ts';
export { ProjectionServer } from './projection-server.ts';
export { projection } from './projection.ts';
export type { Projection } from './projection.ts';
export { ProjectionsModule } from './projections.module.ts';
export type { ProjectionsSettings } from './projections.module.ts';
export type { PartitionStatus, ProjectionsStatus } from './status.ts';
