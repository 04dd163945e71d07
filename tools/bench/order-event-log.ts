import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { order } from '#contexts/order/topic/order.topic';
import * as examples from '#contexts/order/examples/order.examples';
import type { OrderEvent } from '#contexts/order/index';
import { EntityCodec } from '#mechanisms/event-store/codec';
import { partitionFor, TransactionalWriter } from '#mechanisms/kafka/index';
import type { KafkaConnection, OutgoingRecord } from '#mechanisms/kafka/index';
import type { SchemaCatalogue } from '#mechanisms/schemas/index';

const LIFE = [examples.orderPlaced, examples.orderValidated, examples.orderPaid, examples.orderShipped];
const RECORDS_PER_TRANSACTION = 2_000;

/** Writes the first part of many orders' lives, four events each, mixed as they would be if all were placed at once. */
export async function writeOrderEvents(
  kafka: KafkaConnection,
  catalogue: SchemaCatalogue,
  partitions: number,
  events: number,
): Promise<void> {
  const codec = new EntityCodec<OrderEvent>(order, catalogue);
  const ids = Array.from({ length: events / LIFE.length }, () => uuidv7());
  const ofPartition = Map.groupBy(ids, (id) => partitionFor(id, partitions));
  await Promise.all(
    [...ofPartition].map(async ([partition, orderIds]) => {
      const writer = await TransactionalWriter.open(kafka, `bench-fill-${partition}`);
      for (let at = 0; at < orderIds.length; at += RECORDS_PER_TRANSACTION / LIFE.length) {
        const some = orderIds.slice(at, at + RECORDS_PER_TRANSACTION / LIFE.length);
        const records = LIFE.flatMap((event, index) => some.map((id) => recordOf(codec, id, event, index + 1)));
        await writer.commit([{ topic: order.events.topic, partition, records }]);
      }
      writer.close();
    }),
  );
}

function recordOf(
  codec: EntityCodec<OrderEvent>,
  orderId: string,
  event: OrderEvent,
  entityVersion: number,
): OutgoingRecord {
  const commandId = randomUUID();
  const origin = { commandId, correlationId: commandId, causationId: commandId, actor: 'bench', traceparent: null };
  const meta = { eventId: uuidv7(), entityVersion, occurredAt: Date.now(), ...origin };
  return codec.eventRecord(orderId, meta, { ...event, orderId });
}
