import { databaseUrl, kafkaConfig, topicConfig } from '#mechanisms/service/index';
import type { Environment } from '#mechanisms/service/index';

export const opsConfig = (environment: Environment) => ({
  kafka: kafkaConfig(environment, 'factstream-ops'),
  topics: topicConfig(environment),
  registryUrl: environment.url('SCHEMA_REGISTRY_URL', ['http:', 'https:'], 'http://127.0.0.1:8081/apis/ccompat/v7'),
  databaseUrl: databaseUrl(environment),
});

export type OpsConfig = ReturnType<typeof opsConfig>;
