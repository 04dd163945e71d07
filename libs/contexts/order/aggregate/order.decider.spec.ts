import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { fold, given } from '#mechanisms/testing/given-when-then';
import * as example from '../examples/order.examples.ts';
import type { OrderEvent } from '../events/order.events.ts';
import { orderDecider } from './order.decider.ts';
import type { OrderCommand } from './order.decide.ts';
import { fromLatest, toLatest } from './order.latest.ts';

const {
  orderPlaced,
  orderValidated,
  orderRejected,
  orderPaid,
  orderShipped,
  orderDelivered,
  orderCancelled,
  orderId,
  customerId,
} = example;

const { type: _, total: __, ...placement } = orderPlaced;
const placeOrder: OrderCommand = { type: 'PlaceOrder', ...placement };
const shipOrder: OrderCommand = { type: 'ShipOrder', carrier: 'DHL', trackingNumber: '00340434161094042557' };
const deliverOrder: OrderCommand = { type: 'DeliverOrder' };
const cancelOrder: OrderCommand = { type: 'CancelOrder', reasonText: 'changed my mind' };

const order = (...events: OrderEvent[]) => given(orderDecider, events);

describe('PlaceOrder', () => {
  it('places the order with the exact total of its lines', () => order().when(placeOrder).then(orderPlaced));

  it('is refused for an order that exists', () =>
    order(orderPlaced).when(placeOrder).thenRefused('ORDER_ALREADY_PLACED'));

  it('is refused without lines', () =>
    order()
      .when({ ...placeOrder, lines: [] })
      .thenRefused('ORDER_EMPTY'));

  it('is refused with lines of two currencies', () => {
    const [first] = orderPlaced.lines;
    const lines = [first!, { ...first!, unitPrice: { amount: 1, currency: 'USD' } }];
    order()
      .when({ ...placeOrder, lines })
      .thenRefused('CURRENCY_MISMATCH');
  });

  it.each([0, Number.MAX_SAFE_INTEGER])('is refused when the total of two at %d is out of range', (amount) => {
    const lines = [{ ...orderPlaced.lines[0]!, quantity: 2, unitPrice: { amount, currency: 'EUR' } }];
    order()
      .when({ ...placeOrder, lines })
      .thenRefused('ORDER_TOTAL_OUT_OF_RANGE');
  });
});

describe('ShipOrder', () => {
  it('ships a paid order', () => order(orderPlaced, orderValidated, orderPaid).when(shipOrder).then(orderShipped));
  it('is refused before payment', () => {
    order(orderPlaced).when(shipOrder).thenRefused('ORDER_NOT_PAID');
    order(orderPlaced, orderValidated).when(shipOrder).thenRefused('ORDER_NOT_PAID');
  });
  it('is refused when repeated', () =>
    order(orderPlaced, orderValidated, orderPaid, orderShipped).when(shipOrder).thenRefused('ORDER_ALREADY_SHIPPED'));
  it('is refused for a delivered order', () =>
    order(orderPlaced, orderValidated, orderPaid, orderShipped, orderDelivered)
      .when(shipOrder)
      .thenRefused('ORDER_ALREADY_DELIVERED'));
  it('is refused for a cancelled order', () =>
    order(orderPlaced, orderCancelled).when(shipOrder).thenRefused('ORDER_CANCELLED'));
  it('is refused for a rejected order', () =>
    order(orderPlaced, orderRejected).when(shipOrder).thenRefused('ORDER_REJECTED'));
  it('is refused for an unknown order', () => order().when(shipOrder).thenRefused('ORDER_NOT_FOUND'));
});

describe('DeliverOrder', () => {
  it('delivers a shipped order', () =>
    order(orderPlaced, orderValidated, orderPaid, orderShipped).when(deliverOrder).then(orderDelivered));
  it.each([[[orderPlaced]], [[orderPlaced, orderValidated]], [[orderPlaced, orderValidated, orderPaid]]])(
    'is refused before shipment',
    (events) =>
      order(...events)
        .when(deliverOrder)
        .thenRefused('ORDER_NOT_SHIPPED'),
  );
  it('is refused when repeated', () =>
    order(orderPlaced, orderValidated, orderPaid, orderShipped, orderDelivered)
      .when(deliverOrder)
      .thenRefused('ORDER_ALREADY_DELIVERED'));
  it('is refused for an unknown order', () => order().when(deliverOrder).thenRefused('ORDER_NOT_FOUND'));
});

describe('CancelOrder', () => {
  it.each([[[orderPlaced]], [[orderPlaced, orderValidated]], [[orderPlaced, orderValidated, orderPaid]]])(
    'cancels an order that is not shipped',
    (events) =>
      order(...events)
        .when(cancelOrder)
        .then(orderCancelled),
  );
  it('is refused once shipped or delivered', () => {
    const shipped = [orderPlaced, orderValidated, orderPaid, orderShipped];
    order(...shipped)
      .when(cancelOrder)
      .thenRefused('ORDER_ALREADY_SHIPPED');
    order(...shipped, orderDelivered)
      .when(cancelOrder)
      .thenRefused('ORDER_ALREADY_DELIVERED');
  });
  it('is refused when repeated', () =>
    order(orderPlaced, orderCancelled).when(cancelOrder).thenRefused('ORDER_CANCELLED'));
  it('is refused for an unknown order', () => order().when(cancelOrder).thenRefused('ORDER_NOT_FOUND'));
});

const anyCommand: fc.Arbitrary<OrderCommand> = fc.oneof(
  fc.record({
    type: fc.constant('PlaceOrder' as const),
    orderId: fc.constant(orderId),
    customerId: fc.constant(customerId),
    lines: fc.array(
      fc.record({
        sku: fc.string(),
        name: fc.string(),
        quantity: fc.integer({ min: 1, max: 10_000 }),
        unitPrice: fc.record({ amount: fc.nat(), currency: fc.constantFrom('EUR', 'USD') }),
      }),
      { maxLength: 3 },
    ),
    paymentToken: fc.string(),
    validateBy: fc.nat(),
  }),
  fc.constantFrom(shipOrder, deliverOrder, cancelOrder),
);

/** Facts that arrive from other contexts, interleaved with the commands as long as the order can take them. */
const histories: OrderEvent[][] = [
  [],
  [orderPlaced],
  [orderPlaced, orderValidated],
  [orderPlaced, orderRejected],
  [orderPlaced, orderValidated, orderPaid],
];

describe('after any sequence of commands', () => {
  it('facts follow one another by the rules, and the latest record holds the whole state', () => {
    fc.assert(
      fc.property(fc.constantFrom(...histories), fc.array(anyCommand, { maxLength: 12 }), (history, commands) => {
        const facts = [...history];
        for (const command of commands) {
          const state = fold(orderDecider, facts);
          const decision = orderDecider.decide(command, state);
          expect(orderDecider.decide(command, state)).toEqual(decision);
          if (Array.isArray(decision)) facts.push(...(decision as OrderEvent[]));
        }
        const types = facts.map(({ type }) => type);
        const state = fold(orderDecider, facts);
        expect(new Set(types).size).toBe(types.length);
        if (types.includes('OrderShipped')) expect(types).toContain('OrderPaid');
        if (types.includes('OrderCancelled')) expect(types.at(-1)).toBe('OrderCancelled');
        if (state.status !== 'unplaced') expect(fromLatest(toLatest(state))).toStrictEqual(state);
      }),
    );
  });
});
