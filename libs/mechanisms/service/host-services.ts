import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { KafkaConnection } from '#mechanisms/kafka/index';
import { SchemaTopic } from '#mechanisms/schemas/index';
import { Health } from './health/health.ts';
import { Logger } from './logger.ts';

/** What a process gives to the event store that it hosts. */
@Injectable()
export class HostServices {
  readonly kafka: KafkaConnection;
  readonly schemas: SchemaTopic;
  readonly health: Health;
  readonly logger: Logger;
  readonly http: HttpAdapterHost;

  constructor(kafka: KafkaConnection, schemas: SchemaTopic, health: Health, logger: Logger, http: HttpAdapterHost) {
    this.kafka = kafka;
    this.schemas = schemas;
    this.health = health;
    this.logger = logger;
    this.http = http;
  }
}
