import { expect, test } from '@jest/globals';
import { faultPlanOf } from './fault-plan.ts';

const CAST = {
  orderCommands: ['order-command', 'order-command-2'],
  otherCommands: ['customer-command'],
  queries: ['order-query'],
  brokers: 1,
};
const plan = (seed: number) => faultPlanOf(seed, CAST, 8_000);
const plans = Array.from({ length: 400 }, (_, seed) => plan(seed));

test('the same seed gives the same plan, another one another', () => {
  expect(plan(17)).toEqual(plan(17));
  expect(new Set(plans.map((each) => JSON.stringify(each))).size).toBe(plans.length);
});

test('over many seeds every request is hit in both directions, and everything befalls everybody', () => {
  const hits = new Set(plans.flatMap(({ messages }) => messages.map(({ api, direction }) => `${api} ${direction}`)));
  expect(hits.size).toBe(14);
  const befallen = new Set(plans.flatMap(({ accidents }) => accidents.map(({ victim, what }) => `${victim} ${what}`)));
  expect(befallen.size).toBe(17);
  const moments = plans.flatMap(({ accidents }) =>
    accidents.flatMap(({ victim, when }) =>
      victim === 'kafka' && typeof when === 'object' ? [`${when.api} ${when.direction}`] : [],
    ),
  );
  expect(new Set(moments).size).toBe(10);
});

test('each of three brokers is struck as what it is', () => {
  const accidents = Array.from({ length: 400 }, (_, seed) => faultPlanOf(seed, { ...CAST, brokers: 3 }, 8_000)).flatMap(
    (each) => each.accidents.filter(({ victim }) => victim === 'kafka'),
  );
  expect(new Set(accidents.map(({ broker, what }) => `${what} the ${broker!.role}`)).size).toBe(9);
});
