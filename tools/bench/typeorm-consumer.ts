import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, Payload, Transport } from '@nestjs/microservices';
import type { KafkaContext, MicroserviceOptions } from '@nestjs/microservices';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { customer } from '#contexts/customer/topic/customer.topic';
import { OrderListRow } from '#contexts/order/projections/order-list.table';
import { OrderCustomerRow, OrderPaymentRow } from '#contexts/order/projections/order-neighbours.table';
import { order } from '#contexts/order/topic/order.topic';
import { payment } from '#contexts/payment/topic/payment.topic';
import type { EventDeclaration } from '#mechanisms/schemas/declare';
import type { Entity } from '#mechanisms/schemas/entity';
import { EventDecoder } from '#mechanisms/schemas/index';
import type { SchemaCatalogue } from '#mechanisms/schemas/index';

const STATUS: Readonly<Record<string, OrderListRow['status']>> = {
  OrderPlaced: 'placed',
  OrderValidated: 'validated',
  OrderPaid: 'paid',
  OrderShipped: 'shipped',
};

/** What the peer reads with, and what it has done so far. */
export const consumed = { events: 0, decoders: new Map<string, EventDecoder<EventDeclaration>>() };

/**
 * The read model that one writes first with Nest: its Kafka transport, one handler a topic, one `save` an event, the same tables.
 * It remembers no event ids and keeps no checkpoint, so it does less than what it is compared with.
 */
@Controller()
class SavingController {
  private readonly database: DataSource;

  constructor(database: DataSource) {
    this.database = database;
  }

  @EventPattern('order-events')
  async onOrder(@Payload() value: Buffer, @Ctx() context: unknown): Promise<void> {
    const { meta, event } = decode(value, context);
    await this.database.getRepository(OrderListRow).save({
      orderId: String(event['orderId']),
      version: String(meta.entityVersion),
      status: STATUS[String(event['type'])]!,
      updatedAt: new Date(meta.occurredAt),
      ...(event['type'] === 'OrderPlaced' && {
        customerId: String(event['customerId']),
        lines: event['lines'] as OrderListRow['lines'],
        totalAmount: String((event['total'] as { amount: number }).amount),
        currency: (event['total'] as { currency: string }).currency,
        placedAt: new Date(meta.occurredAt),
      }),
      ...(event['type'] === 'OrderShipped' && {
        carrier: String(event['carrier']),
        trackingNumber: String(event['trackingNumber']),
      }),
    });
    consumed.events += 1;
  }

  @EventPattern('customer-events')
  async onCustomer(@Payload() value: Buffer, @Ctx() context: unknown): Promise<void> {
    const { meta, event } = decode(value, context);
    await this.database.getRepository(OrderCustomerRow).save({
      customerId: String(event['customerId']),
      version: String(meta.entityVersion),
      updatedAt: new Date(meta.occurredAt),
      ...(event['type'] === 'CustomerRegistered' && {
        status: 'active' as const,
        name: String(event['name']),
        email: String(event['email']),
        creditLimit: String((event['creditLimit'] as { amount: number }).amount),
        reserved: '0',
        currency: (event['creditLimit'] as { currency: string }).currency,
        registeredAt: new Date(meta.occurredAt),
      }),
    });
    consumed.events += 1;
  }

  @EventPattern('payment-events')
  async onPayment(@Payload() value: Buffer, @Ctx() context: unknown): Promise<void> {
    const { meta, event } = decode(value, context);
    const amount = (event['amount'] as { amount: number } | undefined)?.amount;
    await this.database.getRepository(OrderPaymentRow).save({
      paymentId: String(event['paymentId']),
      orderId: String(event['orderId']),
      version: String(meta.entityVersion),
      updatedAt: new Date(meta.occurredAt),
      ...(event['type'] === 'PaymentInitiated' && {
        status: 'initiated' as const,
        customerId: String(event['customerId']),
        amount: String(amount),
        initiatedAt: new Date(meta.occurredAt),
        currency: (event['amount'] as { currency: string }).currency,
        authorized: '0',
        captured: '0',
        refunded: '0',
        voided: false,
        openRequests: [],
      }),
      ...(event['type'] === 'PaymentAuthorized' && { status: 'authorized' as const, authorized: String(amount) }),
      ...(event['type'] === 'PaymentCaptured' && { status: 'captured' as const, captured: String(amount) }),
    });
    consumed.events += 1;
  }
}

function decode(value: Buffer, context: unknown) {
  const { meta, event } = consumed.decoders.get((context as KafkaContext).getTopic())!.decode(value);
  return { meta, event: event as unknown as Record<string, unknown> };
}

/** Starts the consumer at the beginning of the topics; the answer stops it. */
export async function startSaving(
  brokers: string,
  url: string,
  catalogue: SchemaCatalogue,
): Promise<() => Promise<void>> {
  for (const { events } of [order, customer, payment] satisfies Entity[]) {
    consumed.decoders.set(events.topic, new EventDecoder<EventDeclaration>(events.declarations, catalogue));
  }
  const entities = [OrderListRow, OrderCustomerRow, OrderPaymentRow];
  @Module({
    imports: [TypeOrmModule.forRoot({ type: 'postgres', url, entities, synchronize: true, installExtensions: false })],
    controllers: [SavingController],
  })
  class SavingModule {}
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(SavingModule, {
    transport: Transport.KAFKA,
    logger: ['error'],
    options: {
      client: { brokers: [brokers], clientId: 'bench-peer' },
      consumer: { groupId: 'bench-peer' },
      subscribe: { fromBeginning: true },
    },
  });
  await app.listen();
  return () => app.close();
}
