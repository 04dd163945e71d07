import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import { CheckpointWatch, ProjectionReads } from '#mechanisms/projections/index';
import { recordsOf } from '#mechanisms/projections/testing/encode-records';
import { ProjectionBench } from '#mechanisms/projections/testing/projection-bench';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import type { PaymentEvent } from '../events/payment.events.ts';
import * as example from '../examples/payment.examples.ts';
import { GetPaymentHistory, GetPaymentHistoryHandler } from '../queries/get-payment-history.query.ts';
import { payment } from '../topic/payment.topic.ts';
import { paymentHistory, PaymentHistoryProjection } from './payment-history.projection.ts';

const catalogue = catalogueOf(...payment.events.declarations);
const record = recordsOf(payment, catalogue);
const { lives, paymentId } = example;

let bench: ProjectionBench;
let watch: CheckpointWatch;
beforeAll(async () => {
  const projection = new PaymentHistoryProjection();
  bench = await ProjectionBench.open(process.env['TEST_DATABASE_URL']!, {
    projection: paymentHistory.projection,
    entity: payment,
    catalogue,
    handler: (events, sql) => projection.apply(events, sql),
  });
  watch = new CheckpointWatch(bench.postgres);
});
afterAll(async () => {
  await watch.close();
  await bench.close();
});
beforeEach(() => bench.reset());

const write = (events: readonly PaymentEvent[], times = 1) => {
  const once = events.map((event, index) => record(index, event, index + 1));
  const records = Array.from({ length: times }, () => once).flat();
  return bench.project(
    records.map((one, offset) => ({ ...one, offset })),
    0,
    records.length,
  );
};
const historyOf = (id: string) =>
  new GetPaymentHistoryHandler(new ProjectionReads(bench.postgres, watch)).execute(
    new GetPaymentHistory(id, { tokens: [], waitMs: 0 }),
  );
/** As the events were written. */
const shown = (events: readonly PaymentEvent[]) =>
  events.map(({ type, ...data }, index) => ({ version: index + 1, type, data }));

test.each(lives.map((life) => [life.map(({ type }) => type).join(', '), life] as const))(
  'every event is told once with all its fields, however often it is delivered: %s',
  async (_types, life) => {
    await write(life, 2);
    expect((await historyOf(paymentId))!.items).toMatchObject(shown(life));
  },
);

test('a payment that nobody heard of has no history', async () => expect(await historyOf(v7())).toBeUndefined());
