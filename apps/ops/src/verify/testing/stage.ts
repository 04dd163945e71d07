import { randomUUID } from 'node:crypto';
import { Producer } from '@platformatic/kafka';
import { Client } from 'pg';
import { v7 } from 'uuid';
import type { DomainEvent, RecordedEvent } from '#mechanisms/event-sourcing/index';
import { EntityCodec } from '#mechanisms/event-store/codec';
import { CONTROL_RECORDS } from '#mechanisms/event-store/index';
import type { EventModel } from '#mechanisms/event-store/index';
import { partitionFor, Topics, TransactionalWriter } from '#mechanisms/kafka/index';
import type { KafkaConnection, OutgoingRecord, PartitionRecords } from '#mechanisms/kafka/index';
import { Postgres, sqlFor } from '#mechanisms/projections/index';
import type { ProjectionSql } from '#mechanisms/projections/index';
import { versionOf } from '#mechanisms/projections/projection';
import type { Projection } from '#mechanisms/projections/projection';
import { prepareDatabase } from '#mechanisms/projections/versions/prepare-database';
import { freshDatabase } from '#mechanisms/projections/testing/fresh-database';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import { EventCauses } from '../across/event-causes.ts';
import { DeadLetters } from '../dead-letters.ts';
import { KafkaLog } from '../kafka-log.ts';
import { Report, sentenceFor } from '../report.ts';
import { Scratch } from '../scratch/scratch.ts';
import { verifyEntity } from '../verify-entity.ts';
import type { VerifiedEntity } from '../verify-entity.ts';
import { WriterSchemas } from '../writer-schemas.ts';

const PARTITIONS = 3;

/** A kind of entity: how the services keep it, and what is verified of it. */
export interface Staged {
  readonly verified: VerifiedEntity;
  // oxlint-disable-next-line typescript/no-explicit-any -- one stage for every kind of entity
  readonly model: EventModel<any, any, any>;
  readonly projection: Projection;
  apply(events: readonly RecordedEvent<never>[], sql: ProjectionSql): Promise<unknown>;
}

type Life = readonly (DomainEvent & object)[];

/** Entities in fresh topics and a fresh database, written with the services' own code, then verified. */
export class Stage {
  readonly name = `stage${randomUUID().slice(0, 8)}`;
  readonly topics = { schemas: `${this.name}-schemas`, events: `${this.name}-events`, latest: `${this.name}-latest` };
  readonly brokers: readonly string[];
  readonly database: Client;
  private readonly staged: Staged;
  private readonly writer: TransactionalWriter;
  private readonly codec: EntityCodec<DomainEvent>;
  private readonly catalogue: ReturnType<typeof catalogueOf>;
  private readonly drop: () => Promise<void>;

  private constructor(
    staged: Staged,
    brokers: readonly string[],
    database: Client,
    writer: TransactionalWriter,
    drop: () => Promise<void>,
  ) {
    this.staged = staged;
    this.brokers = brokers;
    this.database = database;
    this.writer = writer;
    this.drop = drop;
    const { entity } = staged.model;
    this.catalogue = catalogueOf(...entity.events.declarations, entity.latest.declaration, ...CONTROL_RECORDS);
    this.codec = new EntityCodec<DomainEvent>(entity, this.catalogue);
  }

  static async open(staged: Staged, kafka: KafkaConnection, brokers: string, databaseUrl: string): Promise<Stage> {
    const { url, drop } = await freshDatabase(databaseUrl);
    const postgres = new Postgres({ url, applicationName: 'verify' });
    await prepareDatabase(postgres, [staged.projection]);
    await postgres.close();
    const database = new Client({ connectionString: url });
    await database.connect();
    const writer = await TransactionalWriter.open(kafka, randomUUID());
    const stage = new Stage(staged, brokers.split(','), database, writer, drop);
    await stage.createTopics(kafka);
    return stage;
  }

  async close(): Promise<void> {
    this.writer.close();
    await this.database.end();
    await this.drop();
  }

  /** The records of one entity's events and of its latest record after them, for one transaction. */
  records(events: Life, fromVersion = 1): { events: PartitionRecords; latest: PartitionRecords } {
    const { model } = this.staged;
    const { decider, entity } = model;
    const now = Date.now();
    const ids = events.map(() => v7());
    const facts = events.map((event) => withRequest(event, ids));
    const state: unknown = facts.reduce<unknown>(
      (before, event, index) => decider.evolve(before, event, { eventId: ids[index]!, occurredAt: now }),
      decider.initialState,
    );
    const id = (facts[0] as unknown as Record<string, string>)[entity.idField]!;
    const records = facts.map((event, index) => this.eventRecord(id, event, ids[index]!, fromVersion + index, now));
    const meta = { entityVersion: fromVersion + events.length - 1, eventsOffset: 0, foldVersion: 1, clientKeys: [] };
    const latest = this.codec.latestRecord(id, meta, model.toLatest(state), now);
    const partition = partitionFor(id, PARTITIONS);
    return {
      events: { topic: this.topics.events, partition, records },
      latest: { topic: this.topics.latest, partition, records: [latest] },
    };
  }

  async write(...events: Life): Promise<void> {
    const records = this.records(events);
    await this.commit(records.events, records.latest);
  }

  /** Resolves when it can be read: an id's next transaction cannot begin before the markers of the one before stand. */
  async commit(...batch: readonly PartitionRecords[]): Promise<void> {
    await this.writer.commit(batch);
    await this.writer.commit([this.schemas]);
  }

  /** One transaction after the other by one producer, each ended as told. */
  async writeAndEnd(transactions: readonly { events: Life; end: 'commit' | 'abort' }[]): Promise<void> {
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
    const { name: projection, version, schema } = versionOf(this.staged.projection, 1);
    for (const { name } of this.staged.verified.projections[0]!.tables) {
      await this.database.query(`DELETE FROM ${schema}.${name}`);
    }
    await this.database.query('DELETE FROM projections.checkpoints');
    const log = this.log();
    const starts = await log.starts(this.topics.events);
    for (const [partition, to] of (await log.ends(this.topics.events)).entries()) {
      let consumed = 0;
      const range = { topic: this.topics.events, partition, from: starts[partition]!, to };
      for await (const records of log.read(range)) {
        const events = records.map(({ topic, offset, key, value }) => {
          const { meta, event } = this.codec.decodeEvent({ value } as never);
          return { topic, partition, offset, entityId: key!, meta, event };
        });
        consumed += events.length;
        const failure: unknown = await this.staged.apply(events as never, sqlFor(schema, this.database));
        if (failure) throw (failure as { error: Error }).error;
      }
      await this.database.query(
        `INSERT INTO projections.checkpoints (projection, version, topic, partition, next_offset, consumed, projected)
         VALUES ($1, $2, $3, $4, $5, $6, $6)`,
        [projection, version, this.topics.events, partition, to, consumed],
      );
    }
    await log.close();
  }

  async verify() {
    const report = new Report();
    const log = this.log();
    const scratch = Scratch.open();
    try {
      const schemas = await WriterSchemas.read(log, this.topics.schemas);
      const letters = new DeadLetters(() => scratch.map());
      const entity = { ...this.staged.verified, ...this.topics };
      const patience = { catchUpMs: 300, settleMs: 500 };
      const { figures } = await verifyEntity(
        entity,
        patience,
        { log, schemas, database: this.database, scratch, report },
        new EventCauses(() => scratch.map()),
        letters,
      );
      await letters.verify({ log, report });
      const { differences, notCompared, parked, notes, exitCode } = report;
      const { count } = differences;
      const sentences = differences.kept.map(sentenceFor);
      const told = { notCompared: notCompared.kept, parked: parked.kept, notes: notes.kept };
      return { sentences, count, ...told, exitCode, figures };
    } finally {
      await Promise.all([log.close(), scratch.close()]);
    }
  }

  private eventRecord(
    id: string,
    event: DomainEvent,
    eventId: string,
    entityVersion: number,
    occurredAt: number,
  ): OutgoingRecord {
    const commandId = randomUUID();
    const ids = { eventId, commandId, correlationId: commandId, causationId: commandId };
    const meta = { ...ids, entityVersion, occurredAt, actor: 'anonymous', traceparent: null };
    return this.codec.eventRecord(id, meta, event);
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
    await new Topics(kafka).ensure([
      topic(schemas, 'compact', 1),
      topic(events, 'delete'),
      topic(`${events}-dlq`, 'delete'),
      topic(latest, 'compact'),
    ]);
    await this.writer.commit([this.schemas]);
  }

  private get schemas(): PartitionRecords {
    const records = this.catalogue.all().map((schema) => ({
      key: String(schema.id),
      value: Buffer.from(JSON.stringify(schema)),
      timestamp: 0,
    }));
    return { topic: this.topics.schemas, partition: 0, records };
  }
}

/** The examples name a request by an id that ends in its event's index. */
function withRequest<Event extends object>(event: Event, ids: readonly string[]): Event {
  if (!('request' in event)) return event;
  return { ...event, request: ids[Number.parseInt(String(event.request).slice(-12), 16)]! };
}
