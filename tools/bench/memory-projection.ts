import { order } from '#contexts/order/topic/order.topic';
import { OrderListProjection, orders } from '#contexts/order/projections/order-list.projection';
import type { OrderEvent } from '#contexts/order/index';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { PartitionReader } from '#mechanisms/kafka/index';
import type { KafkaConnection, LogRecord } from '#mechanisms/kafka/index';
import { BatchProjector } from '#mechanisms/projections/batch-projector';
import { findCheckpoint } from '#mechanisms/projections/checkpoints';
import { versionOf } from '#mechanisms/projections/projection';
import { prepareDatabase } from '#mechanisms/projections/prepare-database';
import { Postgres } from '#mechanisms/projections/postgres';
import { ProcessedEvents } from '#mechanisms/projections/processed-events';
import { EventDecoder } from '#mechanisms/schemas/index';
import type { SchemaTopic } from '#mechanisms/schemas/index';
import type { BenchStack } from './bench-stack.ts';

const { topic } = order.events;
const RECORDS_PER_BATCH = 2_000;

/** Projects the whole topic into a database of its own, its records read beforehand; answers the milliseconds it took. */
export async function projectFromMemory(
  kafka: KafkaConnection,
  schemas: SchemaTopic,
  stack: BenchStack,
): Promise<number> {
  const log = await Promise.all(Array.from({ length: stack.partitions }, (_, partition) => readAll(kafka, partition)));
  const postgres = new Postgres({ url: await stack.newDatabase('bench_memory'), applicationName: 'bench' });
  const { pool } = postgres;
  await prepareDatabase(postgres, [orders]);
  const list = new OrderListProjection();
  const source = {
    decoder: new EventDecoder(order.events.declarations, schemas.catalogue),
    apply: (events: readonly RecordedEvent[], sql: Parameters<typeof list.apply>[1]) =>
      list.apply(events as readonly RecordedEvent<OrderEvent>[], sql),
  };
  const projection = versionOf(orders, 1);
  const projector = new BatchProjector({
    projection,
    sources: new Map([[topic, source]]),
    pool,
    processed: new ProcessedEvents(pool),
    refreshSchemas: () => schemas.refresh(),
  });
  const started = performance.now();
  await Promise.all(
    log.map(async (records, partition) => {
      let { nextOffset: fromOffset } = await findCheckpoint(pool, projection, topic, partition);
      for (let at = 0; at < records.length; at += RECORDS_PER_BATCH) {
        const some = records.slice(at, at + RECORDS_PER_BATCH);
        const nextOffset = some.at(-1)!.offset + 1;
        await projector.project({ topic, partition, records: some, fromOffset, nextOffset });
        fromOffset = nextOffset;
      }
    }),
  );
  const took = performance.now() - started;
  await pool.end();
  return took;
}

async function readAll(kafka: KafkaConnection, partition: number): Promise<LogRecord[]> {
  const reader = new PartitionReader(kafka);
  const all: LogRecord[] = [];
  for await (const records of reader.read(topic, partition, 0, await reader.endOffset(topic, partition))) {
    all.push(...records);
  }
  reader.close();
  return all;
}
