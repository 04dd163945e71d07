import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { DeadLetters } from '#mechanisms/dead-letters/index';
import { KafkaConnection } from '#mechanisms/kafka/index';
import { SchemaTopic } from '#mechanisms/schemas/index';
import { Logger } from '#mechanisms/service/logger';
import { ReactionDeadLetters } from '#mechanisms/service/reaction-dead-letters';
import { ENTITIES } from '../entities.ts';
import type { OpsConfig } from '../ops.config.ts';
import { OPS_CONFIG } from '../ops.token.ts';

/** What the reactions of the command apps have parked; the apps are only needed to redrive or discard it. */
@Injectable()
export class ReactionLetters implements OnApplicationShutdown {
  /** One of each app. */
  readonly letters: readonly DeadLetters[];
  private readonly kafka: KafkaConnection;

  constructor(@Inject(OPS_CONFIG) { kafka, topics }: OpsConfig) {
    this.kafka = new KafkaConnection(kafka, new Logger('factstream', 'warn'));
    const schemas = new SchemaTopic(this.kafka);
    const parts = { kafka: this.kafka, schemas, partitions: topics.partitions };
    this.letters = ENTITIES.map((entity) => new ReactionDeadLetters({ entity, ...parts }));
  }

  onApplicationShutdown(): void {
    this.kafka.close();
  }
}
