import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import * as customers from '#contexts/customer/examples/customer.examples';
import { customer } from '#contexts/customer/topic/customer.topic';
import * as orders from '#contexts/order/examples/order.examples';
import { order } from '#contexts/order/topic/order.topic';
import * as payments from '#contexts/payment/examples/payment.examples';
import { payment } from '#contexts/payment/topic/payment.topic';
import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import { EntityCodec } from '#mechanisms/event-store/codec';
import { partitionFor, TransactionalWriter } from '#mechanisms/kafka/index';
import type { KafkaConnection, OutgoingRecord } from '#mechanisms/kafka/index';
import type { Entity } from '#mechanisms/schemas/entity';
import type { SchemaCatalogue } from '#mechanisms/schemas/index';

/** What many entities of one kind go through. */
interface Life {
  readonly entity: Entity;
  readonly events: readonly DomainEvent[];
}

const ORDER: Life = {
  entity: order,
  events: [orders.orderPlaced, orders.orderValidated, orders.orderPaid, orders.orderShipped],
};
const PAYMENT: Life = { entity: payment, events: payments.captured };
const CUSTOMER: Life = {
  entity: customer,
  events: [customers.customerRegistered, customers.creditReserved, customers.creditReleased],
};

const RECORDS_PER_TRANSACTION = 2_000;

/** Where a log is written to. */
export interface Target {
  readonly kafka: KafkaConnection;
  readonly catalogue: SchemaCatalogue;
  readonly partitions: number;
}

/** Writes the first four events of many orders, mixed as they would be if all were placed at once. */
export async function writeOrderEvents(target: Target, events: number): Promise<void> {
  await writeLives(target, ORDER, events / ORDER.events.length);
}

/** Writes orders, with a payment and a customer for each: twelve events an order, on three topics. Answers how many. */
export async function writeMixedEvents(target: Target, count: number): Promise<number> {
  const lives = [CUSTOMER, ORDER, PAYMENT];
  for (const life of lives) await writeLives(target, life, count);
  return lives.reduce((events, life) => events + life.events.length * count, 0);
}

/** Writes one order that was placed, and then validated so often that it has this many events; answers its id. */
export async function writeLongOrder(target: Target, events: number): Promise<string> {
  const validated = Array.from({ length: events - 1 }, () => orders.orderValidated);
  const [orderId] = await writeLives(target, { entity: order, events: [orders.orderPlaced, ...validated] }, 1);
  return orderId!;
}

async function writeLives({ kafka, catalogue, partitions }: Target, life: Life, count: number): Promise<string[]> {
  const codec = new EntityCodec(life.entity, catalogue);
  const ids = Array.from({ length: count }, () => uuidv7());
  const ofPartition = Map.groupBy(ids, (id) => partitionFor(id, partitions));
  const { topic } = life.entity.events;
  const perTransaction = Math.max(1, Math.floor(RECORDS_PER_TRANSACTION / life.events.length));
  await Promise.all(
    [...ofPartition].map(async ([partition, own]) => {
      const writer = await TransactionalWriter.open(kafka, `bench-fill-${topic}-${partition}`);
      for (let at = 0; at < own.length; at += perTransaction) {
        const some = own.slice(at, at + perTransaction);
        const records = life.events.flatMap((event, index) =>
          some.map((id) => recordOf(codec, life, id, event, index)),
        );
        await writer.commit([{ topic, partition, records }]);
      }
      writer.close();
    }),
  );
  return ids;
}

function recordOf(
  codec: EntityCodec<DomainEvent>,
  { entity: { idField } }: Life,
  id: string,
  event: DomainEvent,
  index: number,
): OutgoingRecord {
  const commandId = randomUUID();
  const origin = { commandId, correlationId: commandId, causationId: commandId, actor: 'bench', traceparent: null };
  const meta = { eventId: uuidv7(), entityVersion: index + 1, occurredAt: Date.now(), ...origin };
  // a payment's order is its own: every order has one
  const own = { ...('orderId' in event && { orderId: id }), [idField]: id };
  return codec.eventRecord(id, meta, { ...event, ...own });
}
