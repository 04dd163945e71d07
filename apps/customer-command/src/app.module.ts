import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { CustomerCommandModule } from '#contexts/customer/command.module';
import { KafkaModule } from '#mechanisms/service/index';
import type { CustomerCommandAppConfig } from './app.config.ts';
import { CustomersController } from './http/customers.controller.ts';

@Module({})
export class AppModule {
  static for(config: CustomerCommandAppConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [KafkaModule.for(config.kafka), CustomerCommandModule.for(config)],
      controllers: [CustomersController],
    };
  }
}
