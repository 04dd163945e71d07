import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CustomerQueryModule } from '#contexts/customer/query.module';
import { OrderQueryModule } from '#contexts/order/query.module';
import { PaymentQueryModule } from '#contexts/payment/query.module';
import { KafkaConnection } from '#mechanisms/kafka/index';
import { ProjectionServer, ProjectionsModule } from '#mechanisms/projections/index';
import { SchemaTopic } from '#mechanisms/schemas/index';
import { KafkaModule, Logger, ServiceModule } from '#mechanisms/service/index';
import type { OpsConfig } from '../ops.config.ts';

/** The handlers of all projections, as the query apps have them; nothing is read from any topic of events. */
export interface ProjectionCode {
  readonly server: ProjectionServer;
  close(): Promise<void>;
}

export async function openProjectionCode({ kafka, databaseUrl }: OpsConfig): Promise<ProjectionCode> {
  const logger = new Logger('factstream', 'warn');
  const module = {
    module: class Root {},
    imports: [
      ServiceModule.for(logger),
      KafkaModule.for(kafka),
      ProjectionsModule.for({ app: 'factstream', postgres: { url: databaseUrl } }),
      OrderQueryModule,
      CustomerQueryModule,
      PaymentQueryModule,
    ],
  };
  const options = { logger, abortOnError: false };
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), options);
  const server = app.get(ProjectionServer);
  // Connecting registers the handlers; only a start would make them read.
  app.connectMicroservice({ strategy: server });
  await app.get(SchemaTopic).refresh();
  const close = async (): Promise<void> => {
    await app.close();
    app.get(KafkaConnection).close();
  };
  return { server, close };
}
