import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { customerGraph } from '#contexts/customer/customer.graph';
import { CustomerQueryModule } from '#contexts/customer/query.module';
import { GraphModule } from '#mechanisms/graphql/index';
import { ProjectionsModule } from '#mechanisms/projections/index';
import { KafkaModule } from '#mechanisms/service/index';
import type { CustomerQueryConfig } from './app.config.ts';
import { CustomersController } from './http/customers.controller.ts';

@Module({})
export class AppModule {
  static for({ service, kafka, databaseUrl, mostParked }: CustomerQueryConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        KafkaModule.for(kafka),
        ProjectionsModule.for({ app: service.name, postgres: { url: databaseUrl }, mostParked }),
        CustomerQueryModule,
        GraphModule.for(customerGraph, service),
      ],
      controllers: [CustomersController],
    };
  }
}
