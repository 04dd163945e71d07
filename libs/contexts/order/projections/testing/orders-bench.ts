import { customer } from '#contexts/customer/index';
import { payment } from '#contexts/payment/index';
import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import type { LogRecord } from '#mechanisms/kafka/index';
import { applyThrough } from '#mechanisms/projections/batches/apply-through';
import { BatchProjector } from '#mechanisms/projections/batches/batch-projector';
import { sourceOf } from '#mechanisms/projections/batches/source';
import type { Source } from '#mechanisms/projections/batches/source';
import { findCheckpoint } from '#mechanisms/projections/batches/checkpoints';
import { ProcessedEvents } from '#mechanisms/projections/batches/processed-events';
import type { EventsHandler } from '#mechanisms/projections/project-events.decorator';
import { versionOf } from '#mechanisms/projections/projection';
import { recordsOf } from '#mechanisms/projections/testing/encode-records';
import { ProjectionBench } from '#mechanisms/projections/testing/projection-bench';
import type { Entity } from '#mechanisms/schemas/entity';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import { order } from '../../topic/order.topic.ts';
import { OrderCustomersProjection } from '../order-customers.projection.ts';
import { OrderListProjection, orders } from '../order-list.projection.ts';
import { OrderPaymentsProjection } from '../order-payments.projection.ts';

export const SOURCES = { order, customer, payment };
export type SourceName = keyof typeof SOURCES;

/** An event of one of the topics. */
export interface Fact {
  readonly of: SourceName;
  readonly event: DomainEvent & Readonly<Record<string, unknown>>;
  readonly version: number;
  readonly eventId?: string;
}

const catalogue = catalogueOf(
  ...Object.values(SOURCES).flatMap((entity): Entity['events']['declarations'] => entity.events.declarations),
);
const RECORDS = {
  order: recordsOf(order, catalogue),
  customer: recordsOf(customer, catalogue),
  payment: recordsOf(payment, catalogue),
};

/** The whole projection of orders, fed from partition 0 of each of its topics. */
export class OrdersBench {
  readonly bench: ProjectionBench;
  readonly #projector: BatchProjector;
  #offsets = { order: 0, customer: 0, payment: 0 };

  private constructor(bench: ProjectionBench) {
    this.bench = bench;
    const [list, customers, payments] = [
      new OrderListProjection(),
      new OrderCustomersProjection(),
      new OrderPaymentsProjection(),
    ];
    const { pool } = bench.postgres;
    this.#projector = new BatchProjector({
      projection: versionOf(orders, 1),
      sources: new Map([
        source(order, (events, sql) => list.apply(events as never, sql)),
        source(customer, (events, sql) => customers.apply(events as never, sql)),
        source(payment, (events, sql) => payments.apply(events as never, sql)),
      ]),
      pool,
      processed: new ProcessedEvents(pool),
      refreshSchemas: () => Promise.resolve(),
      mostParked: 0,
    });
  }

  static async open(serverUrl: string): Promise<OrdersBench> {
    const handler = () => Promise.resolve();
    const bench = new OrdersBench(
      await ProjectionBench.open(serverUrl, { projection: orders, entity: order, catalogue, handler }),
    );
    await bench.#begin();
    return bench;
  }

  close(): Promise<void> {
    return this.bench.close();
  }

  /** Begins again with nothing, as after the loss of the database. */
  async reset(): Promise<void> {
    await this.bench.reset();
    await this.#begin();
  }

  /** The next offset of a topic. */
  offsetOf(of: SourceName): number {
    return this.#offsets[of];
  }

  /** Projects one batch per topic: each topic's facts in their order, `times` times over. */
  async project(facts: readonly Fact[], times = 1): Promise<void> {
    for (const of of Object.keys(SOURCES) as SourceName[]) {
      const own = facts.filter((fact) => fact.of === of);
      if (own.length > 0) await this.#projectBatch(of, own, times);
    }
  }

  async #projectBatch(of: SourceName, facts: readonly Fact[], times: number): Promise<void> {
    const fromOffset = this.#offsets[of];
    const once = facts.map(({ event, version, eventId }, index) =>
      RECORDS[of](fromOffset + index, event, version, eventId),
    );
    const records = Array.from({ length: times }, () => once)
      .flat()
      .map((record, index): LogRecord => ({ ...record, offset: fromOffset + index }));
    const nextOffset = fromOffset + records.length;
    const { topic } = SOURCES[of].events;
    await this.#projector.project({ topic, partition: 0, records, fromOffset, nextOffset });
    this.#offsets[of] = nextOffset;
  }

  async #begin(): Promise<void> {
    this.#offsets = { order: 0, customer: 0, payment: 0 };
    const version = versionOf(orders, 1);
    for (const { events } of version.sources) await findCheckpoint(this.bench.postgres.pool, version, events.topic, 0);
  }
}

const source = (entity: Entity, handler: EventsHandler): [string, Source] => [
  entity.events.topic,
  sourceOf(entity, catalogue, applyThrough(handler as never)),
];
