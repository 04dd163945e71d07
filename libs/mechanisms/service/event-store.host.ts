import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import { EventStore, KafkaPartitionLog, NotExecuted } from '#mechanisms/event-store/index';
import type { CommandEnvelope, EventModel, OwnerState, Receipt, SeenEntity } from '#mechanisms/event-store/index';
import { Topics } from '#mechanisms/kafka/index';
import type { KafkaConnection } from '#mechanisms/kafka/index';
import { SCHEMAS_TOPIC } from '#mechanisms/schemas/index';
import type { SchemaTopic } from '#mechanisms/schemas/index';
import { kafkaSources } from '#mechanisms/reactions/index';
import type { Reaction } from '#mechanisms/reactions/index';
import type { EffectSettings, Perform } from '#mechanisms/effects/index';
import { Companions } from './companions.ts';
import type { ServiceConfig, TopicConfig } from './config.ts';
import { exposeStatus, observeCommit } from './event-store-metrics.ts';
import type { Health, HealthReport } from './health/health.ts';
import { reachable } from './health/reachable.ts';
import type { Logger } from './logger.ts';

const RETRY_MS = 1_000;
const KAFKA_TIMEOUT_MS = 2_000;

export interface EventStoreHostOptions<State, Command, Event extends DomainEvent> {
  readonly model: EventModel<State, Command, Event>;
  readonly config: { readonly service: ServiceConfig; readonly topics: Pick<TopicConfig, 'partitions'> };
  readonly kafka: KafkaConnection;
  readonly schemas: SchemaTopic;
  readonly health: Health;
  readonly logger: Logger;
  /** What the context does about other contexts' facts. */
  readonly reactions?: readonly Reaction<Command>[];
  /** Works the open requests of the model's entities against the outside. */
  readonly perform?: Perform<never, Command>;
  readonly effects?: EffectSettings;
}

/**
 * Runs one event store in a Nest process: opens it once Kafka and the deployed topics and schemas are there, and closes
 * it after the last request. Until it is open, commands are refused as not executed.
 */
export class EventStoreHost<State, Command, Event extends DomainEvent>
  implements OnApplicationBootstrap, OnApplicationShutdown
{
  private readonly options: EventStoreHostOptions<State, Command, Event>;
  private store: EventStore<State, Command, Event> | undefined;
  private companions: Companions<State, Command, Event> | undefined;
  private waitingFor = 'starting';
  private closing = false;

  constructor(options: EventStoreHostOptions<State, Command, Event>) {
    this.options = options;
    options.health.register(
      'kafka',
      reachable(() => options.kafka.connect(KAFKA_TIMEOUT_MS)),
    );
    options.health.register('partitions', () => this.report());
    if (options.reactions) options.health.register('reactions', () => this.companions?.report() ?? { ready: true });
  }

  /** See {@link EventStore.execute}. */
  execute(envelope: CommandEnvelope<Command>): Promise<Receipt> {
    return this.store
      ? this.store.execute(envelope)
      : Promise.reject(new NotExecuted(`Not open yet: ${this.waitingFor}`));
  }

  /** See {@link EventStore.waitUntil}. */
  async waitUntil(
    entityId: string,
    until: (state: State) => boolean,
    timeoutMs: number,
  ): Promise<SeenEntity<State> | undefined> {
    return this.store?.waitUntil(entityId, until, timeoutMs);
  }

  /** Makes the next attempt at an entity's open request now instead of after its pause. */
  prompt(entityId: string): void {
    this.companions?.prompt(entityId);
  }

  onApplicationBootstrap(): void {
    void this.openWhenPossible();
    exposeStatus(() => this.store?.status() ?? []);
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing = true;
    await this.store?.close();
  }

  private async openWhenPossible(): Promise<void> {
    const { logger } = this.options;
    while (!this.closing && !this.store) {
      try {
        this.store = await this.open();
      } catch (error) {
        this.waitingFor = error instanceof Error ? error.message : String(error);
        if ((error as { retriable?: boolean }).retriable !== true) {
          logger.fatal({ err: error }, 'cannot start');
          process.kill(process.pid, 'SIGTERM');
          return;
        }
        logger.warn({ reason: this.waitingFor }, 'not open yet');
        await delay(RETRY_MS);
      }
    }
  }

  private async open(): Promise<EventStore<State, Command, Event>> {
    const { model, config, kafka, schemas, logger, reactions = [] } = this.options;
    const { events, latest, control, name } = model.entity;
    const { partitions } = config.topics;
    const sources = kafkaSources(kafka, reactions, partitions);
    await new Topics(kafka).check([
      { name: SCHEMAS_TOPIC, partitions: 1 },
      ...[events.topic, latest.topic, control.topic, ...sources.topics].map((topic) => ({ name: topic, partitions })),
    ]);
    await schemas.refresh();
    const beside = new Companions({
      model,
      reactions,
      perform: this.options.perform,
      effects: this.options.effects,
      sources,
      schemas,
      logger,
    });
    this.companions = beside;
    return new EventStore({
      model,
      catalogue: schemas.catalogue,
      sources,
      companions: () => beside.make(),
      logs: Array.from({ length: partitions }, (_, partition) => new KafkaPartitionLog(kafka, name, partition)),
      self: { instance: `${config.service.name}-${randomUUID()}`, address: config.service.advertisedUrl },
      observer: {
        stateChanged: (partition, state, reason) => this.logState(logger, partition, state, reason),
        committed: (partition, commands, _events, milliseconds) => observeCommit(partition, commands, milliseconds),
      },
    });
  }

  private logState(logger: Logger, partition: number, state: OwnerState, reason: string): void {
    const fields = { topic: this.options.model.entity.events.topic, partition, state, reason };
    if (state === 'stopped') logger.error(fields, `partition ${partition} is stopped: ${reason}`);
    else if (state === 'open' || state === 'closed') logger.info(fields, `partition ${partition} is ${state}`);
    else logger.warn(fields, `partition ${partition} is ${state}: ${reason}`);
  }

  private report(): HealthReport {
    const partitions = this.store?.status();
    if (!partitions) return { ready: false, waitingFor: this.waitingFor };
    const owned = partitions.filter(({ state }) => state === 'open').map(({ partition }) => partition);
    const closed = partitions.filter(({ state }) => state !== 'open');
    return { ready: closed.length === 0, owned, ...(closed.length > 0 && { closed }) };
  }
}
