import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { isRefusal } from '#mechanisms/event-sourcing/index';
import { Decoder, encoderOf } from '#mechanisms/schemas/index';
import { fold, metaAt } from '#mechanisms/testing/given-when-then';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import type { CustomerEvent } from '../events/customer.events.ts';
import { CustomerLatest } from '../events/customer.latest.ts';
import { customerId, eur } from '../examples/customer.examples.ts';
import type { CustomerCommand } from './customer.commands.ts';
import { customerDecider } from './customer.decider.ts';
import { fromLatest, toLatest } from './customer.latest.ts';
import type { CustomerState } from './customer.state.ts';

const { initialState } = customerDecider;

const text = fc.string({ minLength: 1, maxLength: 3 });
/** The greatest that the Avro library encodes. */
const MOST = Number.MAX_SAFE_INTEGER - 1;
const amount = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: MOST - 20, max: MOST }));
const money = fc.record({ amount, currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'USD') });
const orderId = fc.integer({ min: 0, max: 4 }).map((index) => `0192f0c1-0000-7000-8000-00000000000${index}`);
const named = <Type extends CustomerCommand['type']>(type: Type) => ({ type: fc.constant(type) });

const reserve = fc.record({ ...named('ReserveCredit'), customerId: fc.constant(customerId), orderId, amount: money });
const release = fc.record({ ...named('ReleaseCredit'), orderId });
const anyCommand: fc.Arbitrary<CustomerCommand> = fc.oneof(
  fc.record({
    ...named('RegisterCustomer'),
    customerId: fc.constant(customerId),
    name: text,
    email: text,
    creditLimit: money,
  }),
  fc.record({ ...named('ChangeContact'), name: text, email: text }, { requiredKeys: ['type'] }),
  fc.record({ ...named('ChangeCreditLimit'), creditLimit: money }),
  fc.record({ ...named('SuspendCustomer'), reason: text }),
  fc.record(named('ReactivateCustomer')),
  { weight: 6, arbitrary: reserve },
  { weight: 4, arbitrary: release },
);

const register: CustomerCommand = {
  type: 'RegisterCustomer',
  customerId,
  name: 'Ada',
  email: 'ada@example.org',
  creditLimit: eur(30),
};
/** Half of them begin with a registration, so that most of their commands meet a customer. */
const commands = fc
  .tuple(fc.boolean(), fc.array(anyCommand, { maxLength: 40 }))
  .map(([registered, rest]) => (registered ? [register, ...rest] : rest));

interface Step {
  readonly command: CustomerCommand;
  readonly before: CustomerState;
  readonly events: readonly CustomerEvent[];
  readonly after: CustomerState;
}

function play(sequence: readonly CustomerCommand[]): Step[] {
  let state = initialState;
  return sequence.map((command) => {
    const decision = customerDecider.decide(command, state);
    expect(customerDecider.decide(command, state)).toEqual(decision);
    const events = isRefusal(decision) ? [] : decision;
    const before = state;
    state = events.reduce((folded, event, index) => customerDecider.evolve(folded, event, metaAt(index)), state);
    return { command, before, events, after: state };
  });
}

const always = (holds: (steps: readonly Step[]) => void) =>
  fc.assert(
    fc.property(commands, (sequence) => holds(play(sequence))),
    { numRuns: 300 },
  );

const reservedIn = (state: CustomerState): bigint =>
  'reservations' in state ? state.reservations.reduce((sum, { amount }) => sum + BigInt(amount.amount), 0n) : 0n;

describe('after any sequence of commands', () => {
  it('reserved is what was reserved less what was released', () =>
    always((steps) => {
      let reserved = 0n;
      for (const { events, after } of steps) {
        for (const event of events) {
          if (event.type === 'CreditReserved') reserved += BigInt(event.amount.amount);
          if (event.type === 'CreditReleased') reserved -= BigInt(event.amount.amount);
        }
        expect(reservedIn(after)).toBe(reserved);
      }
    }));

  it('reserved never exceeds the limit at the time of reserving, and credit is declined only where it must be', () =>
    always((steps) => {
      for (const { command, before, events, after } of steps) {
        const [event] = events;
        if (event?.type === 'CreditReserved') {
          expect(after.status).toBe('active');
          if (after.status !== 'active') return;
          expect(event.amount.currency).toBe(after.creditLimit.currency);
          expect(reservedIn(after) <= BigInt(after.creditLimit.amount)).toBe(true);
        }
        if (event?.type === 'CreditDeclined' && event.reason === 'INSUFFICIENT_CREDIT') {
          expect(before.status).toBe('active');
          if (before.status !== 'active') return;
          const asked = reservedIn(before) + BigInt(event.amount.amount);
          expect(asked > BigInt(before.creditLimit.amount)).toBe(true);
        }
        if (command.type === 'ReserveCredit') expect(isRefusal(customerDecider.decide(command, before))).toBe(false);
      }
    }));

  it('an order has one reservation at a time, released once and in full', () =>
    always((steps) => {
      const open = new Map<string, unknown>();
      for (const event of steps.flatMap(({ events }) => events)) {
        if (event.type === 'CreditReserved') {
          expect(open.has(event.orderId)).toBe(false);
          open.set(event.orderId, event.amount);
        }
        if (event.type === 'CreditReleased') {
          expect(event.amount).toEqual(open.get(event.orderId));
          open.delete(event.orderId);
        }
      }
    }));

  it('a command that is repeated at once adds nothing but another decline', () =>
    always((steps) => {
      for (const { command, after } of steps) {
        const decision = customerDecider.decide(command, after);
        const types = isRefusal(decision) ? [] : decision.map(({ type }) => type);
        expect(types.filter((type) => type !== 'CreditDeclined')).toEqual([]);
      }
    }));

  it('the events alone lead to the same state', () =>
    always((steps) => {
      const facts = steps.flatMap(({ events }) => events);
      const state = fold(customerDecider, facts);
      expect(state).toStrictEqual(steps.at(-1)?.after ?? initialState);
      const registered = facts.some(({ type }) => type === 'CustomerRegistered');
      const nameless = facts.length > 0 ? 'unregistered' : 'unknown';
      if (registered) expect(['active', 'suspended']).toContain(state.status);
      else expect(state).toStrictEqual({ status: nameless, ...(facts.length > 0 && { customerId }) });
    }));

  it('the latest record holds the whole state, on the wire too', () => {
    const catalogue = catalogueOf(CustomerLatest);
    const [encode, decoder] = [encoderOf(CustomerLatest, catalogue), new Decoder([CustomerLatest], catalogue)];
    const meta = { entityVersion: 1, eventsOffset: 0, foldVersion: 1, clientKeys: [] };
    always((steps) => {
      for (const { after } of steps.filter((step) => step.after.status !== 'unknown')) {
        expect(fromLatest(toLatest(after))).toStrictEqual(after);
        const { value } = decoder.decode(encode({ ...toLatest(after), meta }));
        expect(fromLatest(value as unknown as CustomerLatest)).toEqual(after);
      }
    });
  });
});
