import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import { CheckpointWatch, ProjectionReads } from '#mechanisms/projections/index';
import { recordsOf } from '#mechanisms/projections/testing/encode-records';
import { ProjectionBench } from '#mechanisms/projections/testing/projection-bench';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import type { PaymentEvent } from '../events/payment.events.ts';
import {
  captured,
  customerId,
  eur,
  eventIdAt,
  initiated,
  orderId,
  paymentFailed,
  paymentId,
  paymentOutcomeUnknown,
  paymentRefunded,
  refundRequested,
} from '../examples/payment.examples.ts';
import { PaymentListProjection, payments } from '../projections/payment-list.projection.ts';
import { payment } from '../topic/payment.topic.ts';
import { GetPayment, GetPaymentHandler } from './get-payment.query.ts';
import { ListPayments, ListPaymentsHandler } from './list-payments.query.ts';
import type { PaymentListRequest } from './list-payments.query.ts';

const catalogue = catalogueOf(...payment.events.declarations);
const record = recordsOf(payment, catalogue);
const now = { tokens: [], waitMs: 0 };

let bench: ProjectionBench;
let watch: CheckpointWatch;
let getPayment: GetPaymentHandler;
let listPayments: ListPaymentsHandler;
let offset: number;
beforeAll(async () => {
  const projection = new PaymentListProjection();
  bench = await ProjectionBench.open(process.env['TEST_DATABASE_URL']!, {
    projection: payments,
    entity: payment,
    catalogue,
    handler: (events, sql) => projection.apply(events, sql),
  });
  watch = new CheckpointWatch(bench.postgres);
  const reads = new ProjectionReads(bench.postgres, watch);
  getPayment = new GetPaymentHandler(reads, payments);
  listPayments = new ListPaymentsHandler(reads, payments);
});
afterAll(async () => {
  await watch.close();
  await bench.close();
});
beforeEach(async () => {
  await bench.reset();
  offset = 0;
});

/** Projects the events of one payment, each a second after the one before. */
async function write(ids: { paymentId: string; orderId?: string }, events: readonly PaymentEvent[]): Promise<void> {
  const eventIds = events.map((_, index) => (ids.paymentId === paymentId ? eventIdAt(index) : v7()));
  const own = (event: PaymentEvent) =>
    'request' in event
      ? { request: eventIds[events.findIndex((_, index) => eventIdAt(index) === event.request)]! }
      : {};
  const records = events.map((event, index) =>
    record(offset + index, { ...event, ...ids, ...own(event) }, index + 1, eventIds[index]),
  );
  await bench.project(records, offset, offset + events.length);
  offset += events.length;
}

const get = (id = paymentId) => getPayment.execute(new GetPayment(id, now));

describe('one payment', () => {
  test('as it is served', async () => {
    await write({ paymentId }, [...captured, refundRequested(98), paymentRefunded(eventIdAt(5), 98)]);
    expect(await get()).toStrictEqual({
      paymentId,
      version: 7,
      orderId,
      customerId,
      status: 'partially_refunded',
      amount: eur(4498),
      authorized: eur(4498),
      captured: eur(4498),
      refunded: eur(98),
      initiatedAt: '2026-11-02T10:00:00.000Z',
      updatedAt: '2026-11-02T10:00:06.000Z',
    });
  });

  test('with the request that the processor has not answered', async () => {
    await write({ paymentId }, [...captured, refundRequested(98), refundRequested(2)]);
    expect(await get()).toMatchObject({
      status: 'captured',
      openRequest: {
        requestId: eventIdAt(5),
        kind: 'refund',
        amount: eur(98),
        requestedAt: '2026-11-02T10:00:05.000Z',
      },
    });
  });

  test('whose outcome nobody can tell', async () => {
    await write({ paymentId }, [...initiated, paymentOutcomeUnknown(eventIdAt(1))]);
    expect(await get()).toMatchObject({ status: 'unknown', openRequest: { kind: 'authorize' } });
  });

  test('with the reason of its failure', async () => {
    await write({ paymentId }, [...initiated, paymentFailed(eventIdAt(1))]);
    const found = await get();
    expect(found).toMatchObject({ status: 'failed', failureReason: 'CARD_DECLINED' });
    expect(found).not.toHaveProperty('openRequest');
  });

  test('that is not there', async () => expect(await get()).toBeUndefined());

  test('once its token is passed', async () => {
    const token = { topic: payment.events.topic, partition: 0, offset: 0, entityId: paymentId };
    const early = getPayment.execute(new GetPayment(paymentId, { tokens: [token], waitMs: 0 }));
    await expect(early).rejects.toMatchObject({ code: 'NOT_CAUGHT_UP' });
    const answer = getPayment.execute(new GetPayment(paymentId, { tokens: [token], waitMs: 10_000 }));
    await write({ paymentId }, initiated);
    expect(await answer).toMatchObject({ paymentId, version: 2 });
  });
});

describe('pages', () => {
  const ids = Array.from({ length: 5 }, () => ({ paymentId: v7(), orderId: v7() }));
  const list = async (request: Omit<PaymentListRequest, 'limit'>, limit = 20) => {
    const { items, next } = await listPayments.execute(new ListPayments({ ...request, limit }, now));
    return { ids: items.map(({ paymentId: id }) => id), next };
  };
  beforeEach(async () => {
    for (const [index, one] of ids.entries()) {
      await write(one, index === 2 ? [...initiated, paymentOutcomeUnknown(eventIdAt(1))] : initiated);
    }
  });
  const newestFirst = ids.map(({ paymentId: id }) => id).toReversed();

  test('hold the newest first, one after another without a gap', async () => {
    expect(await list({})).toEqual({ ids: newestFirst, next: null });
    const first = await list({}, 2);
    expect(first.ids).toEqual(newestFirst.slice(0, 2));
    const second = await list({ after: first.next! }, 2);
    expect(second.ids).toEqual(newestFirst.slice(2, 4));
    expect(await list({ after: second.next! }, 2)).toEqual({ ids: newestFirst.slice(4), next: null });
  });

  test('hold the payment of an order', async () => {
    const { orderId: id, paymentId: found } = ids[3]!;
    expect(await list({ orderId: id })).toEqual({ ids: [found], next: null });
    expect(await list({ orderId: v7() })).toEqual({ ids: [], next: null });
  });

  test('hold the payments of a status', async () => {
    expect((await list({ status: 'unknown' })).ids).toEqual([ids[2]!.paymentId]);
    expect((await list({ status: 'initiated' })).ids).toHaveLength(4);
  });

  test('do not go on from a cursor that no page gave out', async () =>
    await expect(list({ after: 'nonsense' })).rejects.toMatchObject({ code: 'INVALID_CURSOR' }));
});
