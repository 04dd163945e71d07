import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { PaymentQueryModule } from '#contexts/payment/query.module';
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
      ],
      controllers: [PaymentsController],
    };
  }
}
