import { databaseUrl, kafkaConfig, mostParkedEvents, serviceConfig } from '#mechanisms/service/index';
import type { Environment } from '#mechanisms/service/index';

const PORT = 3006;

export const paymentQueryConfig = (environment: Environment) => ({
  service: serviceConfig(environment, 'payment-query', PORT),
  kafka: kafkaConfig(environment, 'payment-query'),
  databaseUrl: databaseUrl(environment),
  mostParked: mostParkedEvents(environment),
});

export type PaymentQueryConfig = ReturnType<typeof paymentQueryConfig>;
