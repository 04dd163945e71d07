import { expect, test } from '@jest/globals';
import { faultPlan } from './faults.ts';
import type { FaultRule } from './faults.ts';
import { Api } from './message.ts';
import type { ApiName, Direction } from './message.ts';

const message = (api: ApiName, direction: Direction = 'request') =>
  ({ direction, apiKey: Api[api], apiVersion: 1, correlationId: 1, clientId: null, broker: 'b:1' }) as const;

const fates = (rules: FaultRule[], count: number, seed?: number, api: ApiName = 'EndTxn') => {
  const faults = faultPlan(rules, seed);
  return Array.from({ length: count }, () => faults(message(api)));
};

test('the third reply to EndTxn is the third one', () => {
  const faults = faultPlan([{ api: 'EndTxn', direction: 'reply', nth: 3, fate: 'reset' }]);
  const seen = [];
  for (let index = 0; index < 4; index++) {
    seen.push(faults(message('EndTxn')), faults(message('Produce', 'reply')), faults(message('EndTxn', 'reply')));
  }
  expect(seen.map((fate) => fate === 'reset').flatMap((isHit, index) => (isHit ? [index] : []))).toEqual([8]);
});

test('a rule hits so many as it may, from the one that it begins with', () => {
  const rule = { api: 'EndTxn', direction: 'request', fate: 'drop' } as const;
  expect(fates([rule], 3)).toEqual(['drop', 'drop', 'drop']);
  expect(fates([{ ...rule, nth: 2, times: 2 }], 4)).toEqual(['pass', 'drop', 'drop', 'pass']);
  expect(fates([{ ...rule, times: 1 }], 2)).toEqual(['drop', 'pass']);
});

test('the first rule that hits decides, and the others count on', () => {
  const rule = { api: 'EndTxn', direction: 'request' } as const;
  const rules: FaultRule[] = [
    { ...rule, nth: 1, fate: 'reset' },
    { ...rule, nth: 2, fate: { delayMs: 5 } },
    { ...rule, nth: 1, times: 3, fate: 'drop' },
  ];
  expect(fates(rules, 4)).toEqual(['reset', { delayMs: 5 }, 'drop', 'pass']);
});

test('a function is called for hits only', () => {
  let calls = 0;
  const count = () => {
    calls += 1;
    return 'pass' as const;
  };
  fates([{ api: 'EndTxn', direction: 'request', nth: 2, times: 2, fate: count }], 9);
  expect(calls).toBe(2);
});

test('the same seed hits the same messages whatever passes between them, another seed others', () => {
  const rule: FaultRule = { api: 'EndTxn', direction: 'request', probability: 0.3, fate: 'drop' };
  const alone = fates([rule], 200, 42);
  const faults = faultPlan([rule], 42);
  const amidst = Array.from({ length: 200 }, () => {
    faults(message('Fetch'));
    faults(message('EndTxn', 'reply'));
    return faults(message('EndTxn'));
  });
  expect(amidst).toEqual(alone);
  expect(fates([rule], 200, 43)).not.toEqual(alone);
  const hits = alone.filter((fate) => fate === 'drop').length;
  expect(hits).toBeGreaterThan(35);
  expect(hits).toBeLessThan(85);
});
