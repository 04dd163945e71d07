import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Gauge } from 'prom-client';
import { Postgres, ProjectionServer } from '#mechanisms/projections/index';
import { Health } from './health/health.ts';
import { reachable } from './health/reachable.ts';
import { projectionsReport } from './projections-report.ts';

/** Connects the projections of a query application as its microservice, and shows them in health and metrics. */
export async function connectProjections(app: NestFastifyApplication): Promise<void> {
  const server = app.get(ProjectionServer);
  app.connectMicroservice({ strategy: server });
  const health = app.get(Health);
  const postgres = app.get(Postgres);
  health.register(
    'postgres',
    reachable(() => postgres.pool.query('SELECT 1')),
  );
  health.register(
    'projections',
    projectionsReport(() => server.projections()),
  );
  exposePartitions(server);
  await app.startAllMicroservices();
}

function exposePartitions(server: ProjectionServer): void {
  const labelNames = ['projection', 'topic', 'partition'] as const;
  type Partition = ReturnType<ProjectionServer['projections']>['projections'][number]['partitions'][number];
  const gauge = (name: string, help: string, value: (partition: Partition) => number) =>
    new Gauge({
      name,
      help,
      labelNames,
      collect() {
        for (const { projection, partitions } of server.projections().projections) {
          for (const one of partitions)
            this.set({ projection, topic: one.topic, partition: one.partition }, value(one));
        }
      },
    });
  gauge('projection_lag', 'Offsets between the projection and the end of the partition.', ({ lag }) => lag);
  gauge('projection_running', '0 while the projection waits or is stopped at an event.', ({ state }) =>
    state === 'running' ? 1 : 0,
  );
  gauge('projection_events_consumed', 'Events read from the partition.', ({ counts }) => counts.consumed);
  gauge('projection_events_projected', 'Events applied to the tables.', ({ counts }) => counts.projected);
  gauge('projection_events_skipped', 'Events skipped as duplicates.', ({ counts }) => counts.duplicates);
  gauge('projection_events_parked', 'Events that stand aside, see factstream dlq.', ({ counts }) => counts.parked);
  gauge('projection_events_discarded', 'Events that somebody gave up.', ({ counts }) => counts.discarded);
}
