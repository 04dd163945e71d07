import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import { CheckpointWatch, ProjectionReads } from '#mechanisms/projections/index';
import { recordsOf } from '#mechanisms/projections/testing/encode-records';
import { ProjectionBench } from '#mechanisms/projections/testing/projection-bench';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import type { CustomerEvent } from '../events/customer.events.ts';
import * as example from '../examples/customer.examples.ts';
import { GetCustomerHistory, GetCustomerHistoryHandler } from '../queries/get-customer-history.query.ts';
import { customer } from '../topic/customer.topic.ts';
import { customerHistory, CustomerHistoryProjection } from './customer-history.projection.ts';

const catalogue = catalogueOf(...customer.events.declarations);
const record = recordsOf(customer, catalogue);
const { creditDeclined, customerId } = example;

let bench: ProjectionBench;
let watch: CheckpointWatch;
beforeAll(async () => {
  const projection = new CustomerHistoryProjection();
  bench = await ProjectionBench.open(process.env['TEST_DATABASE_URL']!, {
    projection: customerHistory.projection,
    entity: customer,
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

const write = (events: readonly CustomerEvent[], times = 1) => {
  const once = events.map((event, index) => record(index, event, index + 1));
  const records = Array.from({ length: times }, () => once).flat();
  return bench.project(
    records.map((one, offset) => ({ ...one, offset })),
    0,
    records.length,
  );
};
const historyOf = (id: string) =>
  new GetCustomerHistoryHandler(new ProjectionReads(bench.postgres, watch)).execute(
    new GetCustomerHistory(id, { tokens: [], waitMs: 0 }),
  );
/** As the events were written. */
const shown = (events: readonly CustomerEvent[]) =>
  events.map(({ type, ...data }, index) => ({ version: index + 1, type, data }));

const everyEvent: CustomerEvent[] = [
  creditDeclined,
  example.customerRegistered,
  example.customerContactChanged,
  example.creditLimitChanged,
  example.creditReserved,
  example.customerSuspended,
  example.creditReleased,
  example.customerReactivated,
];

test('every event of a customer is told once with all its fields, however often it is delivered', async () => {
  await write(everyEvent, 2);
  expect((await historyOf(customerId))!.items).toMatchObject(shown(everyEvent));
});

test('a customer that only met declines has no history, nor has one that nobody heard of', async () => {
  await write([creditDeclined]);
  expect(await historyOf(customerId)).toBeUndefined();
  expect(await historyOf(v7())).toBeUndefined();
});
