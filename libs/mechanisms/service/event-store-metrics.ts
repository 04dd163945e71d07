import { Gauge, Histogram } from 'prom-client';
import type { EventStore } from '#mechanisms/event-store/index';

const commitSeconds = new Histogram({
  name: 'event_store_commit_seconds',
  help: 'Time of one transaction.',
  labelNames: ['partition'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
});
const batchCommands = new Histogram({
  name: 'event_store_batch_commands',
  help: 'Commands in one transaction.',
  labelNames: ['partition'],
  buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500],
});

export function observeCommit(partition: number, commands: number, milliseconds: number): void {
  commitSeconds.observe({ partition }, milliseconds / 1_000);
  batchCommands.observe({ partition }, commands);
}

/** Gauges that are read from the store when somebody asks for metrics. */
export function exposeStatus(status: EventStore<never, never, never>['status']): void {
  const gauge = (name: string, help: string, value: (partition: ReturnType<typeof status>[number]) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['partition'],
      collect() {
        this.reset();
        for (const partition of status()) this.set({ partition: partition.partition }, value(partition));
      },
    });
  gauge('event_store_partition_open', '1 while this process owns the partition and serves it.', ({ state }) =>
    state === 'open' ? 1 : 0,
  );
  gauge('event_store_entities', 'Entities known.', ({ entities }) => entities);
  gauge('event_store_cached_entities', 'Those of them that are held in memory.', ({ cached }) => cached);
  gauge('reaction_parked_facts', 'Foreign facts that wait for a person, or behind one.', ({ parked }) => parked);
  gauge('event_store_queued_commands', 'Commands that wait for a transaction.', ({ queued }) => queued);
}
