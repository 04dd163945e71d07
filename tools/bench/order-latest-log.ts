import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { orderModel } from '#contexts/order/commands/order.model';
import * as examples from '#contexts/order/examples/order.examples';
import type { OrderEvent } from '#contexts/order/index';
import { EntityCodec } from '#mechanisms/event-store/codec';
import { partitionFor, TransactionalWriter } from '#mechanisms/kafka/index';
import type { KafkaConnection } from '#mechanisms/kafka/index';
import type { SchemaCatalogue } from '#mechanisms/schemas/index';

const SHIPPED = [examples.orderPlaced, examples.orderValidated, examples.orderPaid, examples.orderShipped];
const CANCELLED = [examples.orderPlaced, examples.orderCancelled];
const ORDERS_PER_TRANSACTION = 1_000;

type Target = readonly [kafka: KafkaConnection, catalogue: SchemaCatalogue, partitions: number];

/** Adds shipped orders as a command app leaves them, but for all events before the last, which a take-over never reads. */
export const writeShippedOrders = (target: Target, count: number): Promise<void> =>
  writeOrders(target, count, SHIPPED, SHIPPED.length - 1);

/** Adds orders that were placed and cancelled before anybody else had heard of them, two events each. */
export const writeCancelledOrders = (target: Target, count: number): Promise<void> =>
  writeOrders(target, count, CANCELLED, 0);

async function writeOrders(
  [kafka, catalogue, partitions]: Target,
  count: number,
  example: readonly OrderEvent[],
  omitted: number,
): Promise<void> {
  const { entity, decider, foldVersion } = orderModel;
  const codec = new EntityCodec<OrderEvent>(entity, catalogue);
  const ofPartition = Map.groupBy(
    Array.from({ length: count }, () => uuidv7()),
    (id) => partitionFor(id, partitions),
  );
  const recordsOf = (orderId: string, eventsOffset: number) => {
    const occurredAt = Date.now();
    const life = example.map((event, index) => {
      const commandId = randomUUID();
      const origin = { commandId, correlationId: commandId, causationId: commandId, actor: 'bench', traceparent: null };
      const meta = { eventId: uuidv7(), entityVersion: index + 1, occurredAt, ...origin };
      return { meta, event: { ...event, orderId } };
    });
    const state = life.reduce((before, { meta, event }) => decider.evolve(before, event, meta), decider.initialState);
    const latest = { entityVersion: life.length, eventsOffset, foldVersion, clientKeys: [] };
    return {
      events: life.slice(omitted).map(({ meta, event }) => codec.eventRecord(orderId, meta, event)),
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
          { topic: entity.events.topic, partition, records: written.flatMap((order) => order.events) },
          { topic: entity.latest.topic, partition, records: written.map(({ latest }) => latest) },
        ]);
        eventsOffset = events!.baseOffset;
      }
      writer.close();
    }),
  );
}
