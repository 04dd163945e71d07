import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { paymentGraph } from '#contexts/payment/payment.graph';
import { PaymentQueryModule } from '#contexts/payment/query.module';
import { GraphModule } from '#mechanisms/graphql/index';
import { ProjectionsModule } from '#mechanisms/projections/index';
import { KafkaModule } from '#mechanisms/service/index';
import type { PaymentQueryConfig } from './app.config.ts';
import { PaymentsController } from './http/payments.controller.ts';

@Module({})
export class AppModule {
  static for({ service, kafka, databaseUrl, mostParked }: PaymentQueryConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        KafkaModule.for(kafka),
        ProjectionsModule.for({ app: service.name, postgres: { url: databaseUrl }, mostParked }),
        PaymentQueryModule,
        GraphModule.for(paymentGraph, service),
      ],
      controllers: [PaymentsController],
    };
  }
}
