import { databaseUrl, kafkaConfig, mostParkedEvents, serviceConfig } from '#mechanisms/service/index';
import type { Environment } from '#mechanisms/service/index';

const PORT = 3004;

export const orderQueryConfig = (environment: Environment) => ({
  service: serviceConfig(environment, 'order-query', PORT),
  kafka: kafkaConfig(environment, 'order-query'),
  databaseUrl: databaseUrl(environment),
  mostParked: mostParkedEvents(environment),
});

export type OrderQueryConfig = ReturnType<typeof orderQueryConfig>;
