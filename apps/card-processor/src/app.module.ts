import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Logger } from '#mechanisms/service/index';
import type { CardProcessorConfig } from './app.config.ts';
import { Books } from './books/books.ts';
import { Callbacks } from './callbacks/callbacks.ts';
import { Attempts } from './http/attempts.ts';
import { ChargesController } from './http/charges.controller.ts';
import { RequestsController } from './http/requests.controller.ts';
import { SilentReplies } from './http/silent-replies.ts';

@Module({})
export class AppModule {
  static for({ dataDir, callbackUrl, secret, slowMs }: CardProcessorConfig): DynamicModule {
    return {
      module: AppModule,
      controllers: [ChargesController, RequestsController],
      providers: [
        { provide: Books, useFactory: () => Books.open(join(dataDir, 'books.jsonl')) },
        {
          provide: Callbacks,
          inject: [Logger],
          useFactory: (logger: Logger) => new Callbacks({ url: callbackUrl, secret }, logger),
        },
        { provide: Attempts, useValue: new Attempts(slowMs) },
        SilentReplies,
      ],
    };
  }
}
