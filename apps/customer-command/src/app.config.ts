import { kafkaConfig, localStoreConfig, serviceConfig, topicConfig } from '#mechanisms/service/index';
import type { Environment } from '#mechanisms/service/index';

const PORT = 3001;

export const customerCommandConfig = (environment: Environment) => ({
  service: serviceConfig(environment, 'customer-command', PORT),
  kafka: kafkaConfig(environment, 'customer-command'),
  topics: topicConfig(environment),
  localStore: localStoreConfig(environment),
});

export type CustomerCommandAppConfig = ReturnType<typeof customerCommandConfig>;
