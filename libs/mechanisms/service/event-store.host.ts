import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnModuleInit } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { deadLetterTopicOf } from '#mechanisms/dead-letters/index';
import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import { EventStore, KafkaPartitionLog, LocalStores, NotExecuted } from '#mechanisms/event-store/index';
import type {
  CommandEnvelope,
  EventModel,
  LocalStoreSettings,
  OwnerState,
  Receipt,
  SeenEntity,
  SourceLog,
} from '#mechanisms/event-store/index';
import { Topics } from '#mechanisms/kafka/index';
import { SCHEMAS_TOPIC } from '#mechanisms/schemas/index';
import { kafkaSources } from '#mechanisms/reactions/index';
import type { Reaction } from '#mechanisms/reactions/index';
import type { EffectSettings, Perform } from '#mechanisms/effects/index';
import { Companions } from './companions.ts';
import type { ServiceConfig, TopicConfig } from './config.ts';
import { exposeStatus, observeCommit } from './event-store-metrics.ts';
import type { HealthReport } from './health/health.ts';
import { reachable } from './health/reachable.ts';
import type { HostServices } from './host-services.ts';
import { CommandRouter } from './instances/command-router.ts';
import { OwnerGroup } from './instances/owner-group.ts';
import { PeerClient } from './instances/peer-client.ts';
import { servePeers } from './instances/peer-routes.ts';

const RETRY_MS = 1_000;
const KAFKA_TIMEOUT_MS = 2_000;

export interface EventStoreHostOptions<State, Command, Event extends DomainEvent> {
  readonly model: EventModel<State, Command, Event>;
  readonly config: {
    readonly service: ServiceConfig;
    readonly topics: Pick<TopicConfig, 'partitions'>;
    readonly localStore?: LocalStoreSettings | undefined;
  };
  readonly services: HostServices;
  /** What the context does about other contexts' facts. */
  readonly reactions?: readonly Reaction<Command>[];
  /** Works the open requests of the model's entities against the outside. */
  readonly perform?: Perform<never, Command>;
  readonly effects?: EffectSettings;
}

/** What there is once Kafka and the deployed topics and schemas are there. */
interface Opened<State, Command, Event extends DomainEvent> {
  readonly store: EventStore<State, Command, Event>;
  readonly group: OwnerGroup;
  readonly router: CommandRouter<State, Command, Event>;
  readonly companions: Companions<State, Command, Event>;
}

/**
 * Runs this process's share of one event store: joins the instances that own its partitions together, takes commands for
 * any of them, and passes on those for partitions that others own. Until Kafka and the deployed topics and schemas are
 * there, commands are refused as not executed. On shutdown it answers what it has accepted, lets go of its partitions
 * and leaves, before the server stops listening.
 */
export class EventStoreHost<State, Command, Event extends DomainEvent>
  implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown
{
  private readonly options: EventStoreHostOptions<State, Command, Event>;
  private readonly token = randomUUID();
  private readonly peers: PeerClient<Command>;
  private opened: Opened<State, Command, Event> | undefined;
  private waitingFor = 'starting';
  private closing = false;

  constructor(options: EventStoreHostOptions<State, Command, Event>) {
    this.options = options;
    const { model, services, reactions } = options;
    this.peers = new PeerClient(model.entity.name);
    services.health.register(
      'kafka',
      reachable(() => services.kafka.connect(KAFKA_TIMEOUT_MS)),
    );
    services.health.register('partitions', () => this.report());
    if (reactions) services.health.register('reactions', () => this.opened?.companions.report() ?? { ready: true });
  }

  /** As {@link EventStore.execute}, for every partition. */
  execute(envelope: CommandEnvelope<Command>): Promise<Receipt> {
    return this.opened ? this.opened.router.execute(envelope) : Promise.reject(this.notOpen());
  }

  /** As {@link EventStore.waitBeyond}, for every partition. */
  async waitBeyond(entityId: string, version: number, timeoutMs: number): Promise<SeenEntity<State> | undefined> {
    return this.opened?.router.waitBeyond(entityId, version, timeoutMs);
  }

  /** Makes the next attempt at an entity's open request now instead of after its pause. */
  prompt(entityId: string): void {
    if (!this.opened?.router.promptPeer(entityId)) this.promptOwn(entityId);
  }

  onModuleInit(): void {
    const { services, model } = this.options;
    servePeers<Command>(services.http.httpAdapter.getInstance<FastifyInstance>(), model.entity.name, this.token, {
      execute: (envelope, timeoutMs) =>
        this.opened?.store.execute(envelope, timeoutMs) ?? Promise.reject(this.notOpen()),
      wait: async (entityId, version, timeoutMs) => this.opened?.router.travelling(entityId, version, timeoutMs),
      prompt: (entityId) => this.promptOwn(entityId),
      handleParked: async (partition, request) => this.opened?.companions.handleParked(partition, request),
    });
  }

  onApplicationBootstrap(): void {
    void this.openWhenPossible();
    exposeStatus(() => this.opened?.store.status() ?? []);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.closing = true;
    await this.opened?.store.close();
    await this.opened?.group.leave();
    this.peers.close();
  }

  private notOpen(): NotExecuted {
    return new NotExecuted(`Not open yet: ${this.waitingFor}`);
  }

  private promptOwn(entityId: string): void {
    const { companions, store } = this.opened ?? {};
    if (store?.owns(entityId)) companions?.prompt(store.partitionOf(entityId), entityId);
  }

  private async openWhenPossible(): Promise<void> {
    const { logger } = this.options.services;
    while (!this.closing && !this.opened) {
      try {
        this.opened = await this.open();
        this.opened.group.start();
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

  private async open(): Promise<Opened<State, Command, Event>> {
    const { model, config, reactions = [], perform, effects } = this.options;
    const { kafka, schemas, logger } = this.options.services;
    const { events, latest, control } = model.entity;
    const { partitions } = config.topics;
    const sources = kafkaSources(kafka, reactions, partitions);
    await new Topics(kafka).check([
      { name: SCHEMAS_TOPIC, partitions: 1 },
      ...[events.topic, latest.topic, control.topic, ...sources.topics, ...sources.topics.map(deadLetterTopicOf)].map(
        (name) => ({ name, partitions }),
      ),
    ]);
    await schemas.refresh();
    const companions = new Companions({ model, reactions, perform, effects, sources, schemas, logger });
    const store = this.openStore(sources, companions);
    const group = this.joinGroup(store);
    return { store, group, companions, router: new CommandRouter(store, group, this.peers, model) };
  }

  private openStore(
    sources: SourceLog,
    companions: Companions<State, Command, Event>,
  ): EventStore<State, Command, Event> {
    const { model, config, services } = this.options;
    const { name, advertisedUrl } = config.service;
    const { partitions } = config.topics;
    return new EventStore({
      model,
      catalogue: services.schemas.catalogue,
      sources,
      companions: (partition) => companions.make(partition),
      stores: config.localStore && new LocalStores(config.localStore, (...told) => this.logStore(...told)),
      logs: Array.from({ length: partitions }, (_, partition) => {
        return new KafkaPartitionLog(services.kafka, model.entity, partition);
      }),
      self: { instance: `${name}-${randomUUID()}`, address: advertisedUrl },
      isAssigned: async (partition) => this.opened?.group.isAssigned(partition) ?? false,
      observer: {
        stateChanged: (partition, state, reason) => this.logState(partition, state, reason),
        committed: (partition, commands, _events, milliseconds) => observeCommit(partition, commands, milliseconds),
      },
    });
  }

  private joinGroup(store: EventStore<State, Command, Event>): OwnerGroup {
    const { model, config, services } = this.options;
    const groupId = `${config.service.name}.owners`;
    return new OwnerGroup({
      kafka: services.kafka,
      groupId,
      topic: model.entity.events.topic,
      partitions: config.topics.partitions,
      self: { address: config.service.advertisedUrl, token: this.token },
      assign: (partitions) => this.assign(store, partitions),
      held: () => store.held(),
      onFailure: (error) => services.logger.warn({ err: error, groupId }, 'the group of owners cannot be reached'),
    });
  }

  private assign(store: EventStore<State, Command, Event>, partitions: readonly number[]): Promise<void> {
    if (this.closing) return Promise.resolve();
    const topic = this.options.model.entity.events.topic;
    this.options.services.logger.info({ topic, partitions }, 'the group of owners shared the partitions');
    return store.assign(partitions);
  }

  private logStore(partition: number, message: string): void {
    const { topic } = this.options.model.entity.latest;
    this.options.services.logger.warn({ topic, partition }, `local store of partition ${partition}: ${message}`);
  }

  private logState(partition: number, state: OwnerState, reason: string): void {
    const { logger } = this.options.services;
    const fields = { topic: this.options.model.entity.events.topic, partition, state, reason };
    if (state === 'stopped') logger.error(fields, `partition ${partition} is stopped: ${reason}`);
    else if (state === 'open' || state === 'closed') logger.info(fields, `partition ${partition} is ${state}`);
    else logger.warn(fields, `partition ${partition} is ${state}: ${reason}`);
  }

  /** Ready once this process has joined the others and every partition that it was given is open. */
  private report(): HealthReport {
    const assigned = this.opened?.group.assigned();
    if (!this.opened || !assigned) {
      return { ready: false, waitingFor: this.opened ? 'the group of owners' : this.waitingFor };
    }
    const partitions = this.opened.store.status();
    const owned = partitions.filter(({ state }) => state === 'open').map(({ partition }) => partition);
    const closed = partitions.filter(({ state }) => state !== 'open');
    const ready = assigned.every((partition) => owned.includes(partition));
    return { ready, assigned, owned, partitions, ...(closed.length > 0 && { closed }) };
  }
}
