import { randomUUID } from 'node:crypto';
import { Producer } from '@platformatic/kafka';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { orderModel } from '#contexts/order/commands/order.model';
import { order, OrderLatest } from '#contexts/order/index';
import type { OrderEvent } from '#contexts/order/index';
import { OrderListProjection, orders } from '#contexts/order/projections/order-list.projection';
import { EntityCodec } from '#mechanisms/event-store/codec';
import { CONTROL_RECORDS } from '#mechanisms/event-store/index';
import { partitionFor, Topics, TransactionalWriter } from '#mechanisms/kafka/index';
import type { KafkaConnection, OutgoingRecord, PartitionRecords } from '#mechanisms/kafka/index';
import { Postgres } from '#mechanisms/projections/index';
import { prepareDatabase } from '#mechanisms/projections/prepare-database';
import { freshDatabase } from '#mechanisms/projections/testing/fresh-database';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import { KafkaLog } from '../../kafka-log.ts';
import { Report, sentenceFor } from '../../report.ts';
import { verifyOrders } from '../verify-orders.ts';

const PARTITIONS = 3;
const catalogue = catalogueOf(...order.events.declarations, OrderLatest, ...CONTROL_RECORDS);

/** Orders in fresh topics and a fresh database, written with the services' own code, then verified. */
export class OrderStage {
  readonly name = `order${randomUUID().slice(0, 8)}`;
  readonly topics = { schemas: `${this.name}-schemas`, events: `${this.name}-events`, latest: `${this.name}-latest` };
  readonly brokers: readonly string[];
  readonly database: Client;
  private readonly writer: TransactionalWriter;
  private readonly codec = new EntityCodec<OrderEvent>(order, catalogue);
  private readonly drop: () => Promise<void>;

  private constructor(
    brokers: readonly string[],
    database: Client,
    writer: TransactionalWriter,
    drop: () => Promise<void>,
  ) {
    this.brokers = brokers;
    this.database = database;
    this.writer = writer;
    this.drop = drop;
  }

  static async open(kafka: KafkaConnection, brokers: string, databaseUrl: string): Promise<OrderStage> {
    const { url, drop } = await freshDatabase(databaseUrl);
    const postgres = new Postgres({ url, applicationName: 'verify' });
    await prepareDatabase(postgres, [orders]);
    await postgres.close();
    const database = new Client({ connectionString: url });
    await database.connect();
    const writer = await TransactionalWriter.open(kafka, randomUUID());
    const stage = new OrderStage(brokers.split(','), database, writer, drop);
    await stage.createTopics(kafka);
    return stage;
  }

  async close(): Promise<void> {
    this.writer.close();
    await this.database.end();
    await this.drop();
  }

  /** The records of one order's events and of its latest record after them, for one transaction. */
  records(events: readonly OrderEvent[], fromVersion = 1): { events: PartitionRecords; latest: PartitionRecords } {
    const { orderId } = events[0]!;
    const now = Date.now();
    const state = events.reduce(
      (state, event) => orderModel.decider.evolve(state, event, { eventId: v7(), occurredAt: now }),
      orderModel.decider.initialState,
    );
    const facts = events.map((event, index) => this.eventRecord(event, fromVersion + index, now));
    const meta = { entityVersion: fromVersion + events.length - 1, eventsOffset: 0, foldVersion: 1, clientKeys: [] };
    const latest = this.codec.latestRecord(orderId, meta, orderModel.toLatest(state), now);
    const partition = partitionFor(orderId, PARTITIONS);
    return {
      events: { topic: this.topics.events, partition, records: facts },
      latest: { topic: this.topics.latest, partition, records: [latest] },
    };
  }

  eventRecord(event: OrderEvent, entityVersion: number, occurredAt = Date.now()): OutgoingRecord {
    const [eventId, commandId] = [v7(), randomUUID()];
    const ids = { eventId, commandId, correlationId: commandId, causationId: commandId };
    const meta = { ...ids, entityVersion, occurredAt, actor: 'anonymous', traceparent: null };
    return this.codec.eventRecord(event.orderId, meta, event);
  }

  async write(...events: readonly OrderEvent[]): Promise<void> {
    const records = this.records(events);
    await this.commit(records.events, records.latest);
  }

  /** Resolves when it can be read: an id's next transaction cannot begin before the markers of the one before stand. */
  async commit(...batch: readonly PartitionRecords[]): Promise<void> {
    await this.writer.commit(batch);
    await this.writer.commit([this.schemas]);
  }

  /** One transaction after the other by one producer, each ended as told. */
  async writeAndEnd(
    transactions: readonly { events: readonly OrderEvent[]; end: 'commit' | 'abort' }[],
  ): Promise<void> {
    const producer = new Producer({
      clientId: 'test',
      bootstrapBrokers: [...this.brokers],
      idempotent: true,
      retries: 500,
      retryDelay: 10,
      transactionalId: randomUUID(),
    });
    const batches = transactions.map(({ events, end }) => ({ batch: Object.values(this.records(events)), end }));
    for (const { batch, end } of [...batches, { batch: [this.schemas], end: 'commit' as const }]) {
      const transaction = await producer.beginTransaction();
      for (const { topic, partition, records } of batch) {
        const messages = records.map(({ key, value, headers = {} }) => {
          const binary = new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)]));
          return { topic, partition, key: Buffer.from(key), value: value!, headers: binary };
        });
        await transaction.send({ messages });
      }
      await transaction[end]();
    }
    await producer.close();
  }

  /** Brings the table up to the end of the log with the services' projection. */
  async project(): Promise<void> {
    await this.database.query('DELETE FROM orders_v1.orders');
    await this.database.query('DELETE FROM projections.checkpoints');
    const log = this.log();
    const starts = await log.starts(this.topics.events);
    for (const [partition, to] of (await log.ends(this.topics.events)).entries()) {
      const range = { topic: this.topics.events, partition, from: starts[partition]!, to };
      for await (const records of log.read(range)) {
        const events = records.map(({ topic, offset, key, value }) => {
          const { meta, event } = this.codec.decodeEvent({ value } as never);
          return { topic, partition, offset, entityId: key!, meta, event };
        });
        const failure: unknown = await new OrderListProjection().apply(events, this.database);
        if (failure) throw (failure as { error: Error }).error;
      }
      await this.database.query(
        'INSERT INTO projections.checkpoints (projection, version, topic, partition, next_offset) VALUES ($1, $2, $3, $4, $5)',
        ['orders', 1, this.topics.events, partition, to],
      );
    }
    await log.close();
  }

  async verify() {
    const report = new Report();
    const log = this.log();
    try {
      const table = { projection: 'orders', version: 1, table: 'orders_v1.orders', catchUpMs: 300, settleMs: 500 };
      const figures = await verifyOrders({ ...this.topics, ...table }, log, this.database, report);
      const { count, notCompared, exitCode } = report;
      return { sentences: report.differences.map(sentenceFor), count, notCompared, exitCode, figures };
    } finally {
      await log.close();
    }
  }

  private log(): KafkaLog {
    return new KafkaLog({ brokers: this.brokers, clientId: 'verify-test' });
  }

  private async createTopics(kafka: KafkaConnection): Promise<void> {
    const topic = (name: string, policy: string, partitions = PARTITIONS) => ({
      name,
      partitions,
      replicationFactor: 1,
      config: { 'cleanup.policy': policy },
    });
    const { schemas, events, latest } = this.topics;
    await new Topics(kafka).ensure([topic(schemas, 'compact', 1), topic(events, 'delete'), topic(latest, 'compact')]);
    await this.writer.commit([this.schemas]);
  }

  private get schemas(): PartitionRecords {
    const records = catalogue.all().map((schema) => ({
      key: String(schema.id),
      value: Buffer.from(JSON.stringify(schema)),
      timestamp: 0,
    }));
    return { topic: this.topics.schemas, partition: 0, records };
  }
}
