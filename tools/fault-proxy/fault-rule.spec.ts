import { expect, test } from '@jest/globals';
import { parseRule } from './fault-rule.ts';

test.each([
  ['EndTxn reply nth=3 reset', { api: 'EndTxn', direction: 'reply', nth: 3, fate: 'reset' }],
  ['Produce request drop', { api: 'Produce', direction: 'request', fate: 'drop' }],
  [
    ' Fetch  reply probability=0.1 times=5 delay=500 ',
    { api: 'Fetch', direction: 'reply', probability: 0.1, times: 5, fate: { delayMs: 500 } },
  ],
])('%s', (text, rule) => {
  expect(parseRule(text)).toEqual(rule);
});

test.each([
  ['', 'the first word'],
  ['Frobnicate reply drop', 'the first word'],
  ['EndTxn drop', 'request or reply'],
  ['EndTxn reply', 'must say drop, reset or delay'],
  ['EndTxn reply nth=x drop', '"nth=x"'],
  ['EndTxn reply delay=', '"delay="'],
  ['EndTxn reply explode', '"explode"'],
])('"%s" is refused with a reason', (text, reason) => {
  expect(() => parseRule(text)).toThrow(reason);
});
