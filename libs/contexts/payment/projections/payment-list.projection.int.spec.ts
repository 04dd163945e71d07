import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { v7 } from 'uuid';
import type { LogRecord } from '#mechanisms/kafka/index';
import { FIRST_RECORD_AT, recordsOf } from '#mechanisms/projections/testing/encode-records';
import { ProjectionBench } from '#mechanisms/projections/testing/projection-bench';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import { paymentDecider } from '../aggregate/payment.decider.ts';
import { toLatest } from '../aggregate/payment.latest.ts';
import { openRequest } from '../aggregate/payment.open-request.ts';
import type { PaymentState } from '../aggregate/payment.state.ts';
import type { PaymentEvent } from '../events/payment.events.ts';
import * as example from '../examples/payment.examples.ts';
import { payment } from '../topic/payment.topic.ts';
import { PaymentListProjection, payments } from './payment-list.projection.ts';
import { PaymentListRow } from './payment-list.table.ts';

const catalogue = catalogueOf(...payment.events.declarations);
const record = recordsOf(payment, catalogue);
const { lives, eventIdAt, captured, initiated, paymentInitiated, refundRequested, paymentFailed } = example;

interface Fact {
  readonly event: PaymentEvent;
  readonly version: number;
  readonly eventId: string;
}

/** A life of another payment: ids of its own, in the events as in what refers to them. */
function lifeOf(paymentId: string, events: readonly PaymentEvent[]): Fact[] {
  const ids = new Map(events.map((_, index) => [eventIdAt(index), v7()]));
  return events.map((event, index) => ({
    event: { ...event, paymentId, ...('request' in event && { request: ids.get(event.request)! }) },
    version: index + 1,
    eventId: ids.get(eventIdAt(index))!,
  }));
}

/** The rows that facts in this order lead to, by the fold of the write side. */
function fold(facts: readonly Fact[]): object[] {
  const states = new Map<string, { state: PaymentState; version: number; initiatedAt: Date; updatedAt: Date }>();
  for (const [offset, { event, version, eventId }] of facts.entries()) {
    const at = FIRST_RECORD_AT + offset * 1000;
    const before = states.get(event.paymentId);
    const state = paymentDecider.evolve(before?.state ?? paymentDecider.initialState, event, {
      eventId,
      occurredAt: at,
    });
    const updatedAt = new Date(at);
    states.set(event.paymentId, { state, version, initiatedAt: before?.initiatedAt ?? updatedAt, updatedAt });
  }
  return [...states.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([paymentId, { state, version, initiatedAt, updatedAt }]) => {
      const { orderId, customerId, status, amount, authorized, captured, refunded, failureReason } = toLatest(state);
      const open = openRequest(state);
      return {
        payment_id: paymentId,
        version: String(version),
        status,
        order_id: orderId,
        customer_id: customerId,
        currency: amount.currency,
        amount: String(amount.amount),
        authorized: String(authorized.amount),
        captured: String(captured.amount),
        refunded: String(refunded.amount),
        failure_reason: failureReason,
        open_request: open && {
          requestId: open.id,
          kind: open.request.kind,
          amount: open.request.amount.amount,
          requestedAt: open.requestedAt,
          outcomeUnknown: open.request.outcomeUnknown,
        },
        initiated_at: initiatedAt,
        updated_at: updatedAt,
      };
    });
}

/** Payments of random lives whose events are mixed at random, each payment's in their order. */
const facts = fc
  .array(fc.record({ life: fc.constantFrom(...lives), at: fc.array(fc.nat(1000), { minLength: 9, maxLength: 9 }) }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((all) =>
    all
      .flatMap(({ life, at }) => {
        const times = at.sort((a, b) => a - b);
        return lifeOf(v7(), life).map((fact, index) => ({ ...fact, time: times[index]! }));
      })
      .sort((a, b) => a.time - b.time),
  );

let bench: ProjectionBench;
async function rows(): Promise<object[]> {
  const stored = await bench.rows('payments', 'payment_id');
  return stored.map((row) => {
    const { voided: _, open_requests, ...shown } = row as { voided: boolean; open_requests: unknown[] };
    return { ...shown, open_request: open_requests[0] };
  });
}
beforeAll(async () => {
  const projection = new PaymentListProjection();
  bench = await ProjectionBench.open(process.env['TEST_DATABASE_URL']!, {
    projection: payments,
    entity: payment,
    catalogue,
    handler: (events, sql) => projection.apply(events, sql),
  });
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const toRecords = (all: readonly Fact[]) =>
  all.map(({ event, version, eventId }, offset) => record(offset, event, version, eventId));
const projectAll = (records: readonly LogRecord[], from: number) =>
  bench.project(
    records.map((one, index) => ({ ...one, offset: from + index })),
    from,
    from + records.length,
  );

describe('rows equal a fold of the events', () => {
  test('in random slices, with every event delivered twice, and again from zero', async () => {
    await fc.assert(
      fc.asyncProperty(facts, fc.infiniteStream(fc.integer({ min: 1, max: 6 })), async (all, sizes) => {
        await bench.reset();
        const records = toRecords(all);
        let offset = 0;
        for (let done = 0; done < records.length;) {
          const slice = records.slice(done, done + sizes.next().value!);
          await projectAll([...slice, ...slice], offset);
          offset += slice.length * 2;
          done += slice.length;
        }
        const sliced = await rows();
        await bench.reset();
        await projectAll(records, 0);
        expect(await rows()).toEqual(fold(all));
        expect(sliced).toEqual(fold(all));
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  test('with the largest amounts, and every character that JSON and SQL know as special', async () => {
    const reason = `"';--\\ {}[],NULL $1 \u2028 \t é 漢 😀`;
    const amount = { amount: Number.MAX_SAFE_INTEGER - 1, currency: 'EUR' };
    const all = lifeOf(v7(), [{ ...paymentInitiated, amount }, initiated[1]!, paymentFailed(eventIdAt(1), reason)]);
    await projectAll(toRecords(all), 0);
    expect(await rows()).toEqual(fold(all));
  });
});

describe('an event that does not continue its payment is refused with the name of the payment', () => {
  const id = v7();
  const known = lifeOf(id, captured);
  beforeEach(() => projectAll(toRecords(known), 0));

  test.each([
    ['a gap', { ...refundRequested(1), paymentId: id }, 7],
    ['the stored version with another event', { ...refundRequested(1), paymentId: id }, 5],
    ['another first event', { ...paymentInitiated, paymentId: id }, 6],
    ['a payment that is not there', { ...refundRequested(1), paymentId: v7() }, 1],
  ])('%s', async (_case, event, version) => {
    const before = await rows();
    const bad = record(known.length, event, version);
    await expect(projectAll([bad], known.length)).rejects.toMatchObject({
      code: 'TOO_MANY_PARKED',
      message: expect.stringContaining(event.paymentId),
    });
    expect(await rows()).toEqual(before);
  });
});

test('the entity of TypeORM is what the migration makes', async () => {
  expect(await bench.differencesFrom([PaymentListRow])).toEqual([]);
});
