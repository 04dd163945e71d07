import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Inject } from '@nestjs/common';
import { Command, CommandRunner } from 'nest-commander';
import { customerModel } from '#contexts/customer/commands/customer.model';
import { orderModel } from '#contexts/order/commands/order.model';
import { paymentModel } from '#contexts/payment/commands/payment.model';
import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import { KafkaPartitionLog, LocalStores, rebuildPartition } from '#mechanisms/event-store/index';
import type { EventModel } from '#mechanisms/event-store/index';
import { KafkaConnection } from '#mechanisms/kafka/index';
import { SchemaTopic } from '#mechanisms/schemas/index';
import { Logger } from '#mechanisms/service/logger';
import type { OpsConfig } from '../ops.config.ts';
import { OPS_CONFIG } from '../ops.token.ts';

const MODELS = [customerModel, orderModel, paymentModel] as unknown as EventModel<unknown, unknown, DomainEvent>[];

/** Of a million entities as of a thousand, so many are in memory at once; the others wait in a temporary folder. */
const CACHED_ENTITIES = 10_000;

@Command({
  name: 'rebuild-latest',
  arguments: '<entity>',
  description:
    'Rewrite the latest records of an entity from its events. A partition whose owner is open is taken back by it and harmed in no way: stop the command app, or repeat.',
})
export class RebuildLatestCommand extends CommandRunner {
  private readonly config: OpsConfig;

  constructor(@Inject(OPS_CONFIG) config: OpsConfig) {
    super();
    this.config = config;
  }

  async run([name]: string[]): Promise<void> {
    const model = MODELS.find(({ entity }) => entity.name === name);
    if (!model)
      throw new Error(`There is no entity ${name}; known: ${MODELS.map(({ entity }) => entity.name).join(', ')}`);
    const kafka = new KafkaConnection(this.config.kafka, new Logger('factstream', 'warn'));
    const dir = mkdtempSync(join(tmpdir(), 'factstream-rebuild-'));
    const settings = { dir, cachedEntities: CACHED_ENTITIES };
    const stores = new LocalStores(settings, (_partition, message) => process.stderr.write(`${message}\n`));
    try {
      const schemas = new SchemaTopic(kafka);
      await schemas.refresh();
      for (let partition = 0; partition < this.config.topics.partitions; partition += 1) {
        const log = new KafkaPartitionLog(kafka, model.entity, partition);
        const entities = await rebuildPartition(model, schemas.catalogue, log, stores);
        process.stdout.write(`${model.entity.latest.topic}-${partition}: ${entities} rebuilt\n`);
      }
    } finally {
      kafka.close();
      rmSync(dir, { recursive: true, force: true });
    }
  }
}
