import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { KafkaConnection } from '#mechanisms/kafka/index';
import type { KafkaSettings } from '#mechanisms/kafka/index';
import { SchemaTopic } from '#mechanisms/schemas/index';
import { HostServices } from './host-services.ts';
import { Logger } from './logger.ts';

/** One Kafka connection a process, and the schemas topic read through it. */
@Global()
@Module({})
export class KafkaModule {
  static for(settings: KafkaSettings): DynamicModule {
    return {
      module: KafkaModule,
      providers: [
        {
          provide: KafkaConnection,
          inject: [Logger],
          useFactory: (logger: Logger) => new KafkaConnection(settings, logger),
        },
        {
          provide: SchemaTopic,
          inject: [KafkaConnection],
          useFactory: (kafka: KafkaConnection) => new SchemaTopic(kafka),
        },
        HostServices,
      ],
      exports: [KafkaConnection, SchemaTopic, HostServices],
    };
  }
}
