import { databaseUrl, kafkaConfig, mostParkedEvents, serviceConfig } from '#mechanisms/service/index';
import type { Environment } from '#mechanisms/service/index';

const PORT = 3002;

export const customerQueryConfig = (environment: Environment) => ({
  service: serviceConfig(environment, 'customer-query', PORT),
  kafka: kafkaConfig(environment, 'customer-query'),
  databaseUrl: databaseUrl(environment),
  mostParked: mostParkedEvents(environment),
});

export type CustomerQueryConfig = ReturnType<typeof customerQueryConfig>;
