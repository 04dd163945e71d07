import type { SchemaTopic } from '#mechanisms/schemas/index';
import { orderHistory, OrderHistoryProjection } from '#contexts/order/projections/order-history.projection';
import { OrderCustomersProjection } from '#contexts/order/projections/order-customers.projection';
import { OrderListProjection, orders } from '#contexts/order/projections/order-list.projection';
import { OrderPaymentsProjection } from '#contexts/order/projections/order-payments.projection';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { PartitionReader } from '#mechanisms/kafka/index';
import type { KafkaConnection, LogRecord } from '#mechanisms/kafka/index';
import { BatchProjector } from '#mechanisms/projections/batches/batch-projector';
import { findCheckpoint } from '#mechanisms/projections/batches/checkpoints';
import type { ProjectionSql } from '#mechanisms/projections/index';
import { sourceOf } from '#mechanisms/projections/batches/source';
import { versionOf } from '#mechanisms/projections/projection';
import type { Projection } from '#mechanisms/projections/projection';
import { prepareDatabase } from '#mechanisms/projections/versions/prepare-database';
import { Postgres } from '#mechanisms/projections/database/postgres';
import { ProcessedEvents } from '#mechanisms/projections/batches/processed-events';
import type { BenchStack } from './bench-stack.ts';

const RECORDS_PER_BATCH = 2_000;

interface Handler {
  apply(events: readonly RecordedEvent<never>[], sql: ProjectionSql): Promise<void>;
}

/** Each projection of order-query, with a handler for each of its sources. */
const PROJECTIONS: readonly (readonly [Projection, readonly Handler[]])[] = [
  [orders, [new OrderListProjection(), new OrderCustomersProjection(), new OrderPaymentsProjection()]],
  [orderHistory.projection, [new OrderHistoryProjection()]],
];

/** The records of one partition. */
interface Partition {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly LogRecord[];
}

/**
 * Projects whole topics into a database of its own as order-query does, their records read beforehand; answers the
 * milliseconds it took.
 */
export async function projectFromMemory(
  kafka: KafkaConnection,
  schemas: SchemaTopic,
  stack: BenchStack,
): Promise<number> {
  const partitions = await readAll(
    kafka,
    orders.sources.map(({ events }) => events.topic),
  );
  const postgres = new Postgres({ url: await stack.newDatabase('bench_memory'), applicationName: 'bench' });
  await prepareDatabase(
    postgres,
    PROJECTIONS.map(([projection]) => projection),
  );
  const started = performance.now();
  await Promise.all(
    PROJECTIONS.map(([projection, handlers]) => run(projection, handlers, partitions, schemas, postgres)),
  );
  const took = performance.now() - started;
  await postgres.close();
  return took;
}

async function run(
  projection: Projection,
  handlers: readonly Handler[],
  partitions: readonly Partition[],
  schemas: SchemaTopic,
  { pool }: Postgres,
): Promise<void> {
  const sources = projection.sources.map((entity, index) => {
    const apply = (all: readonly RecordedEvent[], sql: ProjectionSql) => handlers[index]!.apply(all as never, sql);
    return [entity.events.topic, sourceOf(entity, schemas.catalogue, apply)] as const;
  });
  const version = versionOf(projection, 1);
  const projector = new BatchProjector({
    projection: version,
    sources: new Map(sources),
    pool,
    processed: new ProcessedEvents(pool),
    refreshSchemas: () => schemas.refresh(),
  });
  const own = partitions.filter(({ topic }) => sources.some(([source]) => source === topic));
  await Promise.all(
    own.map(async ({ topic, partition, records }) => {
      let { nextOffset: fromOffset } = await findCheckpoint(pool, version, topic, partition);
      for (let at = 0; at < records.length; at += RECORDS_PER_BATCH) {
        const some = records.slice(at, at + RECORDS_PER_BATCH);
        const nextOffset = some.at(-1)!.offset + 1;
        await projector.project({ topic, partition, records: some, fromOffset, nextOffset });
        fromOffset = nextOffset;
      }
    }),
  );
}

async function readAll(kafka: KafkaConnection, topics: readonly string[]): Promise<Partition[]> {
  const reader = new PartitionReader(kafka);
  const partitions: Partition[] = [];
  for (const topic of topics) {
    for (const [partition, end] of (await reader.endOffsets(topic)).entries()) {
      const all: LogRecord[] = [];
      for await (const records of reader.read(topic, partition, 0, end)) all.push(...records);
      partitions.push({ topic, partition, records: all });
    }
  }
  reader.close();
  return partitions;
}
