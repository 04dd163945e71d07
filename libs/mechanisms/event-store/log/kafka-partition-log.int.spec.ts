import { afterAll } from '@jest/globals';
import { Topics } from '#mechanisms/kafka/index';
import { testKafka } from '#mechanisms/testing/kafka';
import { tallyModel } from '#mechanisms/testing/tally';
import { describeEventStore } from '../event-store.contract.ts';
import { KafkaPartitionLog } from './kafka-partition-log.ts';

const kafka = testKafka();
afterAll(() => kafka.close());

describeEventStore('Kafka', {
  logs: async (entity) => {
    const topic = (suffix: string, policy: string) => ({
      name: `${entity}-${suffix}`,
      partitions: 2,
      replicationFactor: 1,
      config: { 'cleanup.policy': policy },
    });
    await new Topics(kafka).ensure([
      topic('events', 'delete'),
      topic('latest', 'compact'),
      topic('control', 'compact'),
    ]);
    return [0, 1].map((partition) => new KafkaPartitionLog(kafka, tallyModel(entity).entity, partition));
  },
});
