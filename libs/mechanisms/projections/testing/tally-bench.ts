import { ProjectionBench } from './projection-bench.ts';
import type { Subject } from './projection-bench.ts';
import { tallyCatalogue } from './tally.projection.ts';
import type { tallyProjection } from './tally.projection.ts';

type Tallies = ReturnType<typeof tallyProjection>;

/** A bench in a database of its own on a server, for what {@link tallyProjection} makes. */
export const openTallyBench = (
  serverUrl: string,
  { tallies, tally }: Pick<Tallies, 'tallies' | 'tally'>,
  projection: InstanceType<Tallies['TallyProjection']>,
  parking: Pick<Subject, 'mostParked' | 'onParked'> = {},
): Promise<ProjectionBench> =>
  ProjectionBench.open(serverUrl, {
    projection: tallies,
    entity: tally,
    catalogue: tallyCatalogue,
    handler: (events, sql) => projection.apply(events, sql),
    ...parking,
  });
