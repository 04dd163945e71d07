import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { order } from '#contexts/order/index';
import type { OrderEvent } from '#contexts/order/index';
import { isRefusal } from '#mechanisms/event-sourcing/index';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { metaAt } from '#mechanisms/testing/given-when-then';
import type { CustomerCommand } from '../aggregate/customer.commands.ts';
import { customerDecider } from '../aggregate/customer.decider.ts';
import { customerId, customerRegistered, eur, orderId } from '../examples/customer.examples.ts';
import { customerReactions } from './customer.reactions.ts';

const NOW = 0;
const total = eur(4_498);

const lifeOf = (id: string, amount = total) => {
  const of = { orderId: id, customerId };
  return {
    placed: { type: 'OrderPlaced', ...of, lines: [], total: amount, paymentToken: 'tok_ok', validateBy: 0 },
    validated: { type: 'OrderValidated', ...of, total: amount, paymentToken: 'tok_ok', payBy: 0 },
    rejected: { type: 'OrderRejected', ...of, reason: 'VALIDATION_TIMED_OUT' },
    paid: { type: 'OrderPaid', ...of, paymentId: id, amount },
    shipped: { type: 'OrderShipped', orderId: id, carrier: 'DHL', trackingNumber: '1' },
    cancelled: { type: 'OrderCancelled', ...of, reason: 'CANCELLED_ON_REQUEST', reasonText: null },
  } as const satisfies Record<string, OrderEvent>;
};

const reactionsTo = (event: OrderEvent) =>
  customerReactions
    .filter(({ source, eventType }) => source === order && eventType === event.type)
    .flatMap(({ react }) => react({ event } as unknown as RecordedEvent, NOW));

describe('the customer reacts to', () => {
  const { placed, rejected, cancelled, paid, validated, shipped } = lifeOf(orderId);

  it('OrderPlaced by reserving its total', () =>
    expect(reactionsTo(placed)).toStrictEqual([
      { entityId: customerId, command: { type: 'ReserveCredit', customerId, orderId, amount: total } },
    ]));
  it.each([rejected, cancelled, paid])('$type by releasing what it holds', (event) =>
    expect(reactionsTo(event)).toStrictEqual([{ entityId: customerId, command: { type: 'ReleaseCredit', orderId } }]),
  );
  it.each([validated, shipped])('$type not at all', (event) => expect(reactionsTo(event)).toEqual([]));
});

/** Orders at some point of their lives, each with the facts so far and whether credit may still be held for it. */
const orders = fc.array(
  fc
    .record({
      amount: fc.integer({ min: 1, max: 6_000 }),
      life: fc.constantFrom(
        { facts: ['placed'], open: true },
        { facts: ['placed', 'validated'], open: true },
        { facts: ['placed', 'rejected'], open: false },
        { facts: ['placed', 'cancelled'], open: false },
        { facts: ['placed', 'validated', 'cancelled'], open: false },
        { facts: ['placed', 'validated', 'paid', 'shipped'], open: false },
        { facts: ['placed', 'validated', 'paid', 'cancelled'], open: false },
      ),
      at: fc.array(fc.nat(100), { minLength: 4, maxLength: 4 }),
    })
    .map(({ amount, life, at }) => ({ amount, ...life, at: at.sort((a, b) => a - b) })),
  { maxLength: 10 },
);

describe('after any mix of the lives of orders', () => {
  it('what is reserved belongs to open orders, with their totals', () => {
    fc.assert(
      fc.property(orders, fc.boolean(), (lives, registered) => {
        const mixed = lives
          .flatMap(({ amount, facts, at }, index) => {
            const events: Record<string, OrderEvent> = lifeOf(`order ${index}`, eur(amount));
            return facts.map((fact, step) => ({ event: events[fact]!, time: at[step]! }));
          })
          .sort((a, b) => a.time - b.time);
        let state = registered
          ? customerDecider.evolve(customerDecider.initialState, customerRegistered, metaAt(0))
          : customerDecider.initialState;
        const decided: Record<string, string> = {};
        for (const { entityId, command } of mixed.flatMap(({ event }) => reactionsTo(event))) {
          expect(entityId).toBe(customerId);
          state = apply(command, state, decided);
        }
        const expected = lives.flatMap(({ amount, open }, index) =>
          open && decided[`order ${index}`] === 'CreditReserved'
            ? [{ orderId: `order ${index}`, amount: eur(amount) }]
            : [],
        );
        const held = 'reservations' in state ? state.reservations : [];
        expect([...held].sort((a, b) => (a.orderId < b.orderId ? -1 : 1))).toEqual(expected);
        expect(Object.keys(decided)).toHaveLength(lives.length);
      }),
    );
  });
});

function apply(
  command: CustomerCommand,
  state: typeof customerDecider.initialState,
  decided: Record<string, string>,
): typeof customerDecider.initialState {
  const decision = customerDecider.decide(command, state);
  if (isRefusal(decision)) throw decision;
  for (const event of decision) {
    if (event.type === 'CreditReserved' || event.type === 'CreditDeclined') decided[event.orderId] = event.type;
  }
  return decision.reduce((folded, event) => customerDecider.evolve(folded, event, metaAt(0)), state);
}
