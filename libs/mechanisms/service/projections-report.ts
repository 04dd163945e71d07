import type { ProjectionServer } from '#mechanisms/projections/index';
import type { HealthReport } from './health/health.ts';

type Status = ReturnType<ProjectionServer['projections']>;

/**
 * A report that is ready when every projection is in its consumer group and all its partitions run. After the start a
 * projection waits for its first partitions; later it may have none for a while, as in a rebalance.
 */
export function projectionsReport(statusNow: () => Status): () => HealthReport {
  const begun = new Set<string>();
  return () => {
    const { started, error, projections } = statusNow();
    for (const { projection, partitions } of projections) if (partitions.length > 0) begun.add(projection);
    const isUp = (one: Status['projections'][number]): boolean =>
      one.error === undefined && begun.has(one.projection) && one.partitions.every(({ state }) => state === 'running');
    return { ready: started && projections.every(isUp), ...(error && { error }), projections };
  };
}
