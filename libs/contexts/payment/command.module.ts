import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { EffectSettings } from '#mechanisms/effects/index';
import type { LocalStoreSettings } from '#mechanisms/event-store/index';
import { HostServices } from '#mechanisms/service/index';
import type { ServiceConfig, TopicConfig } from '#mechanisms/service/index';
import { PaymentEventStore } from './commands/payment.event-store.ts';
import { paymentModel } from './commands/payment.model.ts';
import { ReconcilePaymentHandler } from './commands/reconcile-payment.command.ts';
import { RecordProcessorAnswerHandler } from './commands/record-processor-answer.command.ts';
import { RefundPaymentHandler } from './commands/refund-payment.command.ts';
import { HttpCardProcessor } from './processor/http-card-processor.ts';
import type { HttpCardProcessorSettings } from './processor/http-card-processor.ts';
import { workRequest } from './processor/work-request.ts';
import type { WorkRequestSettings } from './processor/work-request.ts';
import { paymentReactions } from './reactions/payment.reactions.ts';

export interface PaymentCommandConfig {
  readonly service: ServiceConfig;
  readonly topics: TopicConfig;
  readonly localStore?: LocalStoreSettings | undefined;
  readonly cardProcessor: HttpCardProcessorSettings & WorkRequestSettings & { readonly effects: EffectSettings };
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
        {
          provide: PaymentEventStore,
          inject: [HostServices],
          useFactory: (services: HostServices) =>
            new PaymentEventStore({
              model: paymentModel,
              reactions: paymentReactions,
              perform: workRequest(new HttpCardProcessor(config.cardProcessor, services.logger), config.cardProcessor),
              effects: config.cardProcessor.effects,
              config,
              services,
            }),
        },
      ],
      exports: [CqrsModule],
    };
  }
}
