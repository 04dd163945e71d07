import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { orderModel } from '#contexts/order/commands/order.model';
import * as examples from '#contexts/order/examples/order.examples';
import type { OrderEvent } from '#contexts/order/index';
import { EntityCodec } from '#mechanisms/event-store/codec';
import { partitionFor, TransactionalWriter } from '#mechanisms/kafka/index';
import type { KafkaConnection } from '#mechanisms/kafka/index';
import type { SchemaCatalogue } from '#mechanisms/schemas/index';

const LIFE = [examples.orderPlaced, examples.orderValidated, examples.orderPaid, examples.orderShipped];
const ORDERS_PER_TRANSACTION = 1_000;

/** Adds shipped orders as a command app leaves them, but for all events before the last, which a take-over never reads. */
export async function writeShippedOrders(
  kafka: KafkaConnection,
  catalogue: SchemaCatalogue,
  partitions: number,
  count: number,
): Promise<void> {
  const { entity, decider, foldVersion } = orderModel;
  const codec = new EntityCodec<OrderEvent>(entity, catalogue);
  const ofPartition = Map.groupBy(
    Array.from({ length: count }, () => uuidv7()),
    (id) => partitionFor(id, partitions),
  );
  const recordsOf = (orderId: string, eventsOffset: number) => {
    const [commandId, occurredAt] = [randomUUID(), Date.now()];
    const origin = { commandId, correlationId: commandId, causationId: commandId, actor: 'bench', traceparent: null };
    const meta = { eventId: uuidv7(), entityVersion: LIFE.length, occurredAt, ...origin };
    const life = LIFE.map((event) => ({ ...event, orderId }));
    const state = life.reduce((before, event) => decider.evolve(before, event, meta), decider.initialState);
    const latest = { entityVersion: LIFE.length, eventsOffset, foldVersion, clientKeys: [] };
    return {
      event: codec.eventRecord(orderId, meta, life.at(-1)!),
      latest: codec.latestRecord(orderId, latest, orderModel.toLatest(state), occurredAt),
    };
  };
  await Promise.all(
    [...ofPartition].map(async ([partition, ids]) => {
      const writer = await TransactionalWriter.open(kafka, `bench-fill-${partition}`);
      let eventsOffset = 0;
      for (let at = 0; at < ids.length; at += ORDERS_PER_TRANSACTION) {
        const written = ids.slice(at, at + ORDERS_PER_TRANSACTION).map((id) => recordsOf(id, eventsOffset));
        const [events] = await writer.commit([
          { topic: entity.events.topic, partition, records: written.map(({ event }) => event) },
          { topic: entity.latest.topic, partition, records: written.map(({ latest }) => latest) },
        ]);
        eventsOffset = events!.baseOffset;
      }
      writer.close();
    }),
  );
}
