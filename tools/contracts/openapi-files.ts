import 'reflect-metadata';
import { Logger as NestLogger } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger, openApiOf, readConfig } from '#mechanisms/service/index';
import type { Environment } from '#mechanisms/service/index';
import { createServer } from '#mechanisms/service/http/server';
import { ServiceModule } from '#mechanisms/service/service.module';
import { cardProcessorConfig } from '../../apps/card-processor/src/app.config.ts';
import { AppModule as CardProcessor } from '../../apps/card-processor/src/app.module.ts';
import { customerCommandConfig } from '../../apps/customer-command/src/app.config.ts';
import { AppModule as CustomerCommand } from '../../apps/customer-command/src/app.module.ts';
import { customerQueryConfig } from '../../apps/customer-query/src/app.config.ts';
import { AppModule as CustomerQuery } from '../../apps/customer-query/src/app.module.ts';
import { orderCommandConfig } from '../../apps/order-command/src/app.config.ts';
import { AppModule as OrderCommand } from '../../apps/order-command/src/app.module.ts';
import { orderQueryConfig } from '../../apps/order-query/src/app.config.ts';
import { AppModule as OrderQuery } from '../../apps/order-query/src/app.module.ts';
import { paymentCommandConfig } from '../../apps/payment-command/src/app.config.ts';
import { AppModule as PaymentCommand } from '../../apps/payment-command/src/app.module.ts';
import { paymentQueryConfig } from '../../apps/payment-query/src/app.config.ts';
import { AppModule as PaymentQuery } from '../../apps/payment-query/src/app.module.ts';
import { pretty } from './generated-files.ts';
import type { Files } from './generated-files.ts';

const environment = { CARD_PROCESSOR_SECRET: 'not used' };
const configured = <Config>(read: (from: Environment) => Config): Config => readConfig(read, environment);

/** The modules of all apps that have HTTP routes of their own; the gateway only forwards to them. */
const modules: Readonly<Record<string, () => DynamicModule>> = {
  'card-processor': () => CardProcessor.for(configured(cardProcessorConfig)),
  'customer-command': () => CustomerCommand.for(configured(customerCommandConfig)),
  'customer-query': () => CustomerQuery.for(configured(customerQueryConfig)),
  'order-command': () => OrderCommand.for(configured(orderCommandConfig)),
  'order-query': () => OrderQuery.for(configured(orderQueryConfig)),
  'payment-command': () => PaymentCommand.for(configured(paymentCommandConfig)),
  'payment-query': () => PaymentQuery.for(configured(paymentQueryConfig)),
};

/** Each app's document, made from its controllers alone: no provider is instantiated and nothing is connected. */
export async function openApiFiles(): Promise<Files> {
  NestLogger.overrideLogger(false);
  const files = new Map<string, string>();
  for (const [name, module] of Object.entries(modules)) {
    const root = { module: class Root {}, imports: [ServiceModule.for(new Logger(name, 'silent')), module()] };
    const options = { preview: true, abortOnError: false } as const;
    const app = await NestFactory.create<NestFastifyApplication>(root, createServer(), options);
    files.set(`${name}.json`, pretty(openApiOf(app, `Factstream ${name}`)));
  }
  return files;
}
