import type { ProjectionServer } from '#mechanisms/projections/index';
import type { HealthReport } from './health/health.ts';

type Status = ReturnType<ProjectionServer['projections']>;

/**
 * A report that is ready when every projection has a current version, which is in its consumer group and all partitions that it was given run: none,
 * when there are more members than partitions.
 */
export const projectionsReport = (statusNow: () => Status) => (): HealthReport => {
  const { started, error, projections } = statusNow();
  const isUp = (one: Status['projections'][number]): boolean =>
    !one.isCurrent || (one.error === undefined && one.partitions.every(({ state }) => state === 'running'));
  return { ready: started && projections.every(isUp), ...(error && { error }), projections };
};
