import { describe, expect, test } from '@jest/globals';
import { DeadLetters } from './dead-letters.ts';
import { Report, sentenceFor } from './report.ts';
import { logOf } from './testing/log-of.ts';

const parked = { consumer: 'orders_v1', topic: 'order-events', partition: 1, offset: 17 };

async function found(...published: readonly object[]): Promise<string[]> {
  const letters = new DeadLetters(() => new Map());
  letters.expect(parked, 'o1');
  const report = new Report();
  const values = ['no letter', ...published.map((letter) => JSON.stringify(letter)), null];
  await letters.verify({
    log: logOf(
      'order-events-dlq',
      values.map((value) => ['o1', value]),
    ),
    report,
  });
  return report.differences.kept.map(sentenceFor);
}

describe('a dead letter', () => {
  const missed = [
    'I5 o1 at order-events-dlq: the dead letter of order-events-1 offset 17 should be "one of orders_v1" and is absent.',
  ];

  test('is found among others', async () => {
    expect(await found({ ...parked, offset: 16 }, { ...parked, error: 'bad' }, { ...parked, offset: 18 })).toEqual([]);
  });

  test.each([{ consumer: 'orders_v2' }, { topic: 'customer-events' }, { partition: 2 }, { offset: 18 }])(
    'is not one with %j',
    async (other) => {
      expect(await found({ ...parked, ...other })).toEqual(missed);
    },
  );

  test('is not looked for where none is expected', async () => {
    const report = new Report();
    await new DeadLetters(() => new Map()).verify({ log: logOf('another', []), report });
    expect(report.differences.count).toBe(0);
  });
});
