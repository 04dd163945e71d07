import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { isRefusal } from '#mechanisms/event-sourcing/index';
import { fold } from '#mechanisms/testing/given-when-then';
import { paymentDecider } from '../aggregate/payment.decider.ts';
import type { PaymentCommand } from '../aggregate/payment.decide.ts';
import { fromLatest, toLatest } from '../aggregate/payment.latest.ts';
import { openRequest } from '../aggregate/payment.open-request.ts';
import type { PaymentState } from '../aggregate/payment.state.ts';
import type { PaymentEvent } from '../events/payment.events.ts';
import { eventIdAt, eur, initiated, paymentInitiated } from '../examples/payment.examples.ts';
import { commandFor } from './answer-command.ts';
import { ModelProcessor } from './testing/model-processor.ts';
import type { Fault } from './testing/model-processor.ts';
import { workRequest } from './work-request.ts';

const initiate: PaymentCommand = { ...paymentInitiated, type: 'InitiatePayment' };
const HOUR = 3_600_000;

/** One payment, its owner and the processor, with nothing between them that could be relied on. */
class Scenario {
  readonly processor = new ModelProcessor();
  readonly events: PaymentEvent[] = [];
  state: PaymentState = paymentDecider.initialState;
  cancelled = false;
  private now = 0;
  private attempt = 1;
  private readonly perform = workRequest(this.processor, { unknownAfterAttempts: 3 });

  apply(command: PaymentCommand): void {
    const decision = paymentDecider.decide(command, this.state);
    expect(paymentDecider.decide(command, this.state)).toEqual(decision);
    if (isRefusal(decision)) {
      expect(command.type).toBe('RefundPayment');
      return;
    }
    for (const event of decision) {
      const meta = { eventId: eventIdAt(this.events.length), occurredAt: this.now };
      this.state = paymentDecider.evolve(this.state, event, meta);
      this.events.push(event);
    }
    this.check();
  }

  cancel(): void {
    this.cancelled = true;
    this.apply({ type: 'CancelPayment', reason: 'CANCELLED_ON_REQUEST' });
  }

  async work(fault: Fault = 'none', { answerForgotten = false } = {}): Promise<void> {
    const open = openRequest(this.state);
    if (!open) return;
    this.processor.fault = fault;
    const attempt = { entityId: '', attempt: this.attempt, now: this.now, signal: new AbortController().signal };
    this.attempt += 1;
    const command = await this.perform(open, attempt);
    if (command && !answerForgotten) this.apply(command);
    if (answerForgotten) this.restart();
    if (openRequest(this.state)?.id !== open.id) this.restart();
  }

  restart(): void {
    this.attempt = 1;
  }

  tell(index: number): void {
    const { told } = this.processor;
    const one = told[index % Math.max(told.length, 1)];
    if (one) this.apply(commandFor(one.key, one.answer));
  }

  deliverLate(index: number): void {
    const { onTheWay } = this.processor;
    if (onTheWay.length > 0) onTheWay.splice(index % onTheWay.length, 1)[0]!();
  }

  pass(ms: number): void {
    this.deliverAllLate();
    this.now += ms;
    this.processor.now = this.now;
  }

  /** Everything arrives that is still on its way, and the owner works on as long as it gets anywhere. */
  async settle(): Promise<void> {
    this.deliverAllLate();
    for (let before = -1; before < this.events.length;) {
      before = this.events.length;
      for (let round = 0; round < 4; round += 1) await this.work();
      for (let index = 0; index < this.processor.told.length; index += 1) this.tell(index);
    }
  }

  /** Minor units in the events, one number a movement. */
  moved(type: 'PaymentAuthorized' | 'PaymentCaptured' | 'PaymentRefunded'): number[] {
    return this.events.flatMap((event) => (event.type === type ? [event.amount.amount] : []));
  }

  count(type: PaymentEvent['type']): number {
    return this.events.filter((event) => event.type === type).length;
  }

  private deliverAllLate(): void {
    while (this.processor.onTheWay.length > 0) this.deliverLate(0);
  }

  private check(): void {
    const [authorized, captured, refunded] = [
      sum(this.moved('PaymentAuthorized')),
      sum(this.moved('PaymentCaptured')),
      sum(this.moved('PaymentRefunded')),
    ];
    expect(captured).toBeLessThanOrEqual(authorized);
    expect(refunded).toBeLessThanOrEqual(captured);
    expect(this.count('PaymentCaptured')).toBeLessThanOrEqual(1);
    expect(this.count('CaptureRequested')).toBeLessThanOrEqual(1);
    const last = this.events.findLast((event) => event.type === 'PaymentRefunded');
    if (last) expect(last.refunded.amount).toBe(refunded);
    if (this.state.status !== 'uninitiated') expect(fromLatest(toLatest(this.state))).toStrictEqual(this.state);
  }
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

const sorted = (amounts: readonly number[]): number[] => amounts.toSorted((a, b) => a - b);

type Step = (scenario: Scenario) => void | Promise<void>;

const fault = fc.constantFrom<Fault>('none', 'none', 'request-lost', 'request-late', 'answer-lost', 'declined');

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fault.map(
      (fault): Step =>
        (scenario) =>
          scenario.work(fault),
    ),
  },
  {
    weight: 2,
    arbitrary: fault.map(
      (fault): Step =>
        (scenario) =>
          scenario.work(fault, { answerForgotten: true }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.nat(20).map(
      (index): Step =>
        (scenario) =>
          scenario.tell(index),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.nat(20).map(
      (index): Step =>
        (scenario) =>
          scenario.deliverLate(index),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.integer({ min: 1, max: 5_000 }).map(
      (amount): Step =>
        (scenario) =>
          scenario.apply({ type: 'RefundPayment', amount: eur(amount), reason: 'damaged' }),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Step>((scenario) => scenario.cancel()) },
  { weight: 1, arbitrary: fc.constant<Step>((scenario) => scenario.restart()) },
  { weight: 1, arbitrary: fc.constant<Step>((scenario) => scenario.apply(initiate)) },
);
const stepOrLongPause = fc.oneof(
  { weight: 12, arbitrary: step },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 40 }).map(
      (hours): Step =>
        (scenario) =>
          scenario.pass(hours * HOUR),
    ),
  },
);

async function play(steps: readonly Step[]): Promise<Scenario> {
  const scenario = new Scenario();
  scenario.apply(initiate);
  for (const next of steps) await next(scenario);
  await scenario.settle();
  return scenario;
}

describe('whatever is lost, late, doubled or forgotten', () => {
  it("the events and the processor's books tell of the same money", () =>
    fc.assert(
      fc.asyncProperty(fc.array(stepOrLongPause, { maxLength: 40 }), async (steps) => {
        const scenario = await play(steps);
        const { processor } = scenario;
        expect(scenario.moved('PaymentAuthorized')).toEqual(processor.moved('authorize'));
        expect(scenario.moved('PaymentCaptured')).toEqual(processor.moved('capture'));
        expect(sorted(scenario.moved('PaymentRefunded'))).toEqual(sorted(processor.moved('refund')));
        expect(scenario.count('PaymentVoided')).toBe(processor.moved('void').length);
      }),
      { numRuns: 400 },
    ));

  it('a cancelled payment keeps no money, but for a refund that visibly failed or a request that waits for a person', () =>
    fc.assert(
      fc.asyncProperty(fc.array(stepOrLongPause, { maxLength: 40 }), async (steps) => {
        const scenario = await play(steps);
        if (!scenario.cancelled) return;
        const { status } = scenario.state;
        const visible = ['failed', 'voided', 'refunded', 'unknown'].includes(status);
        expect(visible || scenario.count('RefundFailed') > 0).toBe(true);
      }),
      { numRuns: 400 },
    ));

  it('every request comes to an end while the processor remembers its key, but for a void that it declines', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const scenario = await play(steps);
        const open = openRequest(scenario.state);
        if (open) expect(open.request.kind).toBe('void');
      }),
      { numRuns: 200 },
    ));
});

describe('answers that contradict one another', () => {
  const answer = fc.oneof(
    fc.record({
      type: fc.constant('RecordSuccess' as const),
      request: fc.nat(12).map(eventIdAt),
      amount: fc.constantFrom(eur(4498), eur(98)),
      reference: fc.constant('a'),
    }),
    fc.record({
      type: fc.constant('RecordDecline' as const),
      request: fc.nat(12).map(eventIdAt),
      reason: fc.constant(''),
    }),
    fc.record({ type: fc.constant('RecordUnknownOutcome' as const), request: fc.nat(12).map(eventIdAt) }),
    fc.constant({ type: 'CancelPayment' as const, reason: '' }),
    fc.constantFrom(98, 4400).map((amount) => ({ type: 'RefundPayment' as const, amount: eur(amount), reason: '' })),
  );

  it('never record more captured than authorized, more refunded than captured, or two captures', () => {
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 40 }), (commands) => {
        const events: PaymentEvent[] = [];
        let state = paymentDecider.initialState;
        for (const command of [initiate, ...commands]) {
          const decision = paymentDecider.decide(command, state);
          if (isRefusal(decision)) continue;
          for (const event of decision) {
            state = paymentDecider.evolve(state, event, { eventId: eventIdAt(events.length), occurredAt: 0 });
            events.push(event);
          }
        }
        const moved = (type: PaymentEvent['type']) =>
          events.flatMap((event) => (event.type === type && 'amount' in event ? [event.amount.amount] : []));
        expect(moved('PaymentCaptured').length).toBeLessThanOrEqual(1);
        expect(sum(moved('PaymentCaptured'))).toBeLessThanOrEqual(sum(moved('PaymentAuthorized')));
        expect(sum(moved('PaymentRefunded'))).toBeLessThanOrEqual(sum(moved('PaymentCaptured')));
        expect(fromLatest(toLatest(state))).toStrictEqual(state);
      }),
      { numRuns: 400 },
    );
  });
});

describe('one attempt', () => {
  const started = fold(paymentDecider, initiated);
  const open = (requestedAt: number, more = {}) => ({
    id: eventIdAt(1),
    requestedAt,
    request: { ...openRequest(started)!.request, ...more },
  });
  const attempt = (attempt: number, now = 0) => ({
    entityId: '',
    attempt,
    now,
    signal: new AbortController().signal,
  });
  const success = {
    type: 'RecordSuccess',
    request: eventIdAt(1),
    amount: eur(4498),
    reference: `reference of ${eventIdAt(1)}`,
  };

  it('sends at first, and asks before it sends again', async () => {
    const processor = new ModelProcessor();
    const perform = workRequest(processor, { unknownAfterAttempts: 9 });
    processor.fault = 'answer-lost';
    expect(await perform(open(0), attempt(1))).toBeUndefined();
    expect(processor.moved('authorize')).toEqual([4498]);
    processor.fault = 'none';
    expect(await perform(open(0), attempt(2))).toEqual(success);
    expect(processor.moved('authorize')).toEqual([4498]);
  });

  it('sends again with the same key what the processor has not found', async () => {
    const processor = new ModelProcessor();
    const perform = workRequest(processor, { unknownAfterAttempts: 9 });
    processor.fault = 'request-lost';
    expect(await perform(open(0), attempt(1))).toBeUndefined();
    processor.fault = 'none';
    expect(await perform(open(0), attempt(2))).toEqual(success);
  });

  it('only asks when the processor may have forgotten the key, and leaves it to a person', async () => {
    const processor = new ModelProcessor();
    const perform = workRequest(processor, { unknownAfterAttempts: 9 });
    const late = 23 * HOUR;
    const unknown = { type: 'RecordUnknownOutcome', request: eventIdAt(1) };
    expect(await perform(open(0), attempt(1, late))).toEqual(unknown);
    expect(await perform(open(0, { unwanted: true }), attempt(2, late))).toEqual(unknown);
    expect(await perform(open(0, { outcomeUnknown: true }), attempt(3, late))).toBeUndefined();
    expect(processor.moved('authorize')).toEqual([]);
    expect(processor.told).toEqual([]);
  });

  it('cancels the key of what is not wanted any more, and takes what has been done meanwhile', async () => {
    const perform = (processor: ModelProcessor) => workRequest(processor, { unknownAfterAttempts: 9 });
    const [early, late] = [new ModelProcessor(), new ModelProcessor()];
    expect(await perform(early)(open(0, { unwanted: true }), attempt(1))).toEqual({
      type: 'RecordDecline',
      request: eventIdAt(1),
      reason: 'CANCELLED',
    });
    await perform(late)(open(0), attempt(1));
    expect(await perform(late)(open(0, { unwanted: true }), attempt(1))).toEqual(success);
  });

  it('says once, after the attempts agreed, that the outcome is not known', async () => {
    const processor = new ModelProcessor();
    const perform = workRequest(processor, { unknownAfterAttempts: 2 });
    processor.fault = 'request-lost';
    expect(await perform(open(0), attempt(1))).toBeUndefined();
    expect(await perform(open(0), attempt(2))).toEqual({ type: 'RecordUnknownOutcome', request: eventIdAt(1) });
    expect(await perform(open(0, { outcomeUnknown: true }), attempt(3))).toBeUndefined();
  });
});
