import { databaseUrl, kafkaConfig, topicConfig } from '#mechanisms/service/config';
import type { Environment } from '#mechanisms/service/config';

export const opsConfig = (environment: Environment) => ({
  kafka: kafkaConfig(environment, 'factstream-ops'),
  topics: topicConfig(environment),
  registryUrl: environment.url('SCHEMA_REGISTRY_URL', ['http:', 'https:'], 'http://127.0.0.1:8081/apis/ccompat/v7'),
  databaseUrl: databaseUrl(environment),
  cardProcessorUrl: cardProcessorUrl(environment),
});

/** `CARD_PROCESSOR_URL`, else the first of `CARD_PROCESSOR_URLS`; a suite may run where its books are not shown. */
function cardProcessorUrl(environment: Environment): string | undefined {
  const named = ['CARD_PROCESSOR_URL', 'CARD_PROCESSOR_URLS'].find((name) => environment.optional(name));
  return named && environment.urls(named, '')[0];
}

export type OpsConfig = ReturnType<typeof opsConfig>;
