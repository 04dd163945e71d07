import { kafkaConfig, localStoreConfig, serviceConfig, topicConfig } from '#mechanisms/service/index';
import type { Environment } from '#mechanisms/service/index';

const PORT = 3003;

export const orderCommandConfig = (environment: Environment) => ({
  service: serviceConfig(environment, 'order-command', PORT),
  kafka: kafkaConfig(environment, 'order-command'),
  topics: topicConfig(environment),
  localStore: localStoreConfig(environment),
  validationDeadlineMs: environment.integer('VALIDATION_DEADLINE_MS', 30_000, { min: 1 }),
  paymentDeadlineMs: environment.integer('PAYMENT_DEADLINE_MS', 900_000, { min: 1 }),
});

export type OrderCommandAppConfig = ReturnType<typeof orderCommandConfig>;
