import { describe, expect, test } from '@jest/globals';
import { DeadLetters } from '../dead-letters.ts';
import { Report } from '../report.ts';
import { logOf } from '../testing/log-of.ts';
import { ParkedFacts } from './parked-facts.ts';
import { difference } from './system-state.ts';

const fact = { source: 'order-events-1', offset: 17, sourceKey: 'o1', entityId: 'c1', error: 'TypeError: no lines' };
const key = 'parked/order-events-1/17';

async function reading(...records: readonly [string, object | null][]) {
  const [facts, letters, report] = [new ParkedFacts(() => new Map()), new DeadLetters(() => new Map()), new Report()];
  const schemas = { decode: (value: Buffer | null) => ({ name: 'fact', fields: JSON.parse(String(value)) }) };
  const log = logOf(
    'customer-control',
    records.map(([name, value]) => [name, value && JSON.stringify(value)]),
  );
  await facts.read('customer-control', letters, { log, schemas, report } as never);
  return { facts, letters, report };
}

describe('a parked fact', () => {
  test('is told of, and its dead letter looked for', async () => {
    const { letters, report } = await reading(['owner', { instance: 'x' }], [key, fact]);
    expect(report.parked.kept).toEqual([
      'Parked in customer-command.reactions: order-events-1 offset 17 of o1: TypeError: no lines.',
    ]);
    expect([report.differences.count, report.exitCode]).toEqual([0, 2]);
    await letters.verify({ log: logOf('order-events-dlq', []), report });
    expect(report.differences.kept).toMatchObject([{ invariant: 'I5', expected: 'one of customer-command.reactions' }]);
  });

  test('is none any more when it was redriven or discarded', async () => {
    const { report } = await reading([key, fact], [key, null]);
    expect(report.parked.count).toBe(0);
  });

  test('excuses what is about those that it names', async () => {
    const { facts } = await reading(
      [key, fact],
      ['parked/order-events-1/18', { ...fact, sourceKey: null, entityId: null }],
    );
    const about = (...ids: string[]) => facts.excuse(difference('order-events', 'x', 'it', 1, 2, ids));
    expect(about('other', 'o1')).toBe(
      'I8 x at order-events: it should be 1 and is 2. It waits for a person: order-events-1 offset 17 is parked in customer-command.reactions.',
    );
    expect([about('c1') === undefined, about('other'), about()]).toEqual([false, undefined, undefined]);
    const { about: _, ...unnamed } = difference('order-events', 'o1', 'it', 1, 2);
    expect([facts.excuse(difference('order-events', 'o1', 'it', 1, 2)), facts.excuse(unnamed)]).toEqual([
      expect.stringContaining('waits for a person'),
      undefined,
    ]);
  });
});
