import { Inject } from '@nestjs/common';
import { Command, CommandRunner } from 'nest-commander';
import { CONTROL_RECORDS } from '#mechanisms/event-store/index';
import { KafkaConnection, Topics } from '#mechanisms/kafka/index';
import { deploySchemas, SchemaRegistry, subjectOf } from '#mechanisms/schemas/index';
import type { Entity, Subject } from '#mechanisms/schemas/index';
import { Logger } from '#mechanisms/service/logger';
import { ENTITIES } from '../entities.ts';
import type { OpsConfig } from '../ops.config.ts';
import { OPS_CONFIG } from '../ops.token.ts';
import { topicSpecs } from './topic-specs.ts';

@Command({ name: 'deploy', description: 'Create the topics and register the schemas; repeatable.' })
export class DeployCommand extends CommandRunner {
  private readonly config: OpsConfig;

  constructor(@Inject(OPS_CONFIG) config: OpsConfig) {
    super();
    this.config = config;
  }

  async run(): Promise<void> {
    const kafka = new KafkaConnection(this.config.kafka, new Logger('factstream', 'warn'));
    try {
      await kafka.connect(60_000);
      await new Topics(kafka).ensure(topicSpecs(ENTITIES, this.config.topics));
      const registry = new SchemaRegistry(this.config.registryUrl);
      const added = await deploySchemas(ENTITIES.flatMap(subjectsOf), kafka, registry);
      process.stdout.write(added.length > 0 ? `registered ${added.join(', ')}\n` : 'topics and schemas are in place\n');
    } finally {
      kafka.close();
    }
  }
}

const subjectsOf = ({ events, latest, control }: Entity): Subject[] => [
  ...events.declarations.map((declaration) => subjectOf(events.topic, declaration)),
  subjectOf(latest.topic, latest.declaration),
  ...CONTROL_RECORDS.map((declaration) => subjectOf(control.topic, declaration)),
];
