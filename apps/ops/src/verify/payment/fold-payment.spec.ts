import { describe, expect, test } from '@jest/globals';
import * as example from '#contexts/payment/examples/payment.examples';
import { paymentModel } from '#contexts/payment/commands/payment.model';
import { nextRow } from '#contexts/payment/projections/payment-row';
import type { PaymentRow } from '#contexts/payment/projections/payment-row';
import type { PaymentEvent } from '#contexts/payment/index';
import { folded } from '../testing/folded.ts';
import { paymentRules } from './fold-payment.ts';
import { paymentRow } from './payment-row.ts';

const { captured, eur, eventIdAt, initiated, lives, paymentRefunded, refundFailed, refundRequested } = example;
const fold = (...events: readonly PaymentEvent[]) => folded(paymentRules, 'payment', ...events)!;

describe('the fold of a payment', () => {
  test('begins with an open request', () => {
    const { state, ...times } = fold(...initiated);
    expect(times).toEqual({ version: 2, bornAt: 0, updatedAt: 1_000 });
    const requestId = eventIdAt(1);
    expect(state).toMatchObject({
      status: 'initiated',
      amount: eur(4498),
      authorized: eur(0),
      requests: [{ requestId, kind: 'authorize', amount: 4498, requestedAt: 1_000, outcome: 'open' }],
    });
  });

  test('adds up what is captured and refunded', () => {
    expect(fold(...captured).state).toMatchObject({ status: 'captured', authorized: eur(4498), captured: eur(4498) });
    const [first, rest] = [paymentRefunded(eventIdAt(5), 98), paymentRefunded(eventIdAt(7), 4400, 4498)];
    const partly = [...captured, refundRequested(98), first];
    expect(fold(...partly).state).toMatchObject({ status: 'partially_refunded', refunded: eur(98) });
    expect(fold(...partly, refundRequested(4400), rest).state).toMatchObject({
      status: 'refunded',
      refunded: eur(4498),
    });
  });

  test('shows a failed refund until everything is given back', () => {
    const failed = [...captured, refundRequested(4498), refundFailed(eventIdAt(5), 4498)];
    expect(fold(...failed).state).toMatchObject({ status: 'captured', failureReason: 'CARD_CLOSED' });
    const again = [refundRequested(4498), paymentRefunded(eventIdAt(7), 4498)];
    expect(fold(...failed, ...again).state).toMatchObject({ status: 'refunded', failureReason: null });
  });

  test.each(lives.entries().toArray())('agrees with the services about life %d', (_, life) => {
    const metas = life.map((_event, index) => ({ eventId: eventIdAt(index), occurredAt: 1_000 * index }));
    const { decider } = paymentModel;
    const state = life.reduce((before, event, n) => decider.evolve(before, event, metas[n]!), decider.initialState);
    const payment = fold(...life);
    expect(payment.state).toEqual(paymentModel.toLatest(state));

    const recorded = (event: PaymentEvent, n: number) =>
      ({ event, entityId: event.paymentId, meta: { ...metas[n]!, entityVersion: n + 1 } }) as never;
    const stored = life.reduce<PaymentRow | undefined>((row, event, n) => nextRow(row, recorded(event, n)), undefined)!;
    expect(paymentRow(payment)).toMatchObject({
      status: stored.status,
      captured: String(stored.captured),
      refunded: String(stored.refunded),
      voided: stored.voided,
      failure_reason: stored.failureReason,
      open_requests: stored.openRequests,
    });
  });
});
