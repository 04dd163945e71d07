import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { OrderCommandModule } from '#contexts/order/command.module';
import { KafkaModule } from '#mechanisms/service/index';
import type { OrderCommandAppConfig } from './app.config.ts';
import { OrdersController } from './http/orders.controller.ts';

@Module({})
export class AppModule {
  static for(config: OrderCommandAppConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [KafkaModule.for(config.kafka), OrderCommandModule.for(config)],
      controllers: [OrdersController],
    };
  }
}
