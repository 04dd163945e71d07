import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { PaymentCommandModule } from '#contexts/payment/command.module';
import { KafkaModule } from '#mechanisms/service/index';
import type { PaymentCommandAppConfig } from './app.config.ts';
import { CALLBACK_SECURITY } from './http/callback-signature.guard.ts';
import { CardProcessorCallbacksController } from './http/card-processor-callbacks.controller.ts';
import { PaymentsController } from './http/payments.controller.ts';

@Module({})
export class AppModule {
  static for(config: PaymentCommandAppConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [KafkaModule.for(config.kafka), PaymentCommandModule.for(config)],
      controllers: [PaymentsController, CardProcessorCallbacksController],
      providers: [{ provide: CALLBACK_SECURITY, useValue: config.callbacks }],
    };
  }
}
