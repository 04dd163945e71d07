import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { KafkaConnection } from '#mechanisms/kafka/index';
import { SchemaTopic } from '#mechanisms/schemas/index';
import { Health, Logger } from '#mechanisms/service/index';
import type { ServiceConfig, TopicConfig } from '#mechanisms/service/index';
import { OpenRequestPrompt } from './commands/open-request-prompt.ts';
import { PaymentEventStore } from './commands/payment.event-store.ts';
import { paymentModel } from './commands/payment.model.ts';
import { ReconcilePaymentHandler } from './commands/reconcile-payment.command.ts';
import { RecordProcessorAnswerHandler } from './commands/record-processor-answer.command.ts';
import { RefundPaymentHandler } from './commands/refund-payment.command.ts';
import type { HttpCardProcessorSettings } from './processor/http-card-processor.ts';
import type { WorkRequestSettings } from './processor/work-request.ts';

export interface PaymentCommandConfig {
  readonly service: ServiceConfig;
  readonly topics: TopicConfig;
  readonly cardProcessor: HttpCardProcessorSettings & WorkRequestSettings;
}

/** The write side of payments: one handler a command, and the event store that they share. */
@Module({})
export class PaymentCommandModule {
  static for(config: PaymentCommandConfig): DynamicModule {
    return {
      module: PaymentCommandModule,
      imports: [CqrsModule.forRoot()],
      providers: [
        RefundPaymentHandler,
        ReconcilePaymentHandler,
        RecordProcessorAnswerHandler,
        { provide: OpenRequestPrompt, useValue: { prompt: () => {} } },
        {
          provide: PaymentEventStore,
          inject: [KafkaConnection, SchemaTopic, Health, Logger],
          useFactory: (kafka: KafkaConnection, schemas: SchemaTopic, health: Health, logger: Logger) =>
            new PaymentEventStore({ model: paymentModel, config, kafka, schemas, health, logger }),
        },
      ],
      exports: [CqrsModule],
    };
  }
}
