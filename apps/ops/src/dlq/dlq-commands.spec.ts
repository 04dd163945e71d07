import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { DeadLetterRecord, DeadLetters, Discarded, Redriven } from '#mechanisms/dead-letters/index';

// Jest loads what nest-commander requires only once it is evaluated.
await import('@nestjs/common');
const { DiscardLettersCommand } = await import('./discard-letters.command.ts');
const { filterOf } = await import('./filtered.command.ts');
const { ListLettersCommand } = await import('./list-letters.command.ts');
const { RedriveLettersCommand } = await import('./redrive-letters.command.ts');
const { ShowLettersCommand } = await import('./show-letters.command.ts');

const letter: DeadLetterRecord = {
  consumer: 'orders_v1',
  topic: 'order-events',
  partition: 2,
  offset: 17,
  entity: 'the-order',
  eventId: null,
  behindOffset: null,
  error: 'no\nvalue',
  attempts: 3,
  firstFailedAt: Date.UTC(2026, 10, 21, 10),
  lastFailedAt: Date.UTC(2026, 10, 21, 11),
  key: Buffer.from('the-order'),
  value: Buffer.from('a\0b'),
  headers: { ce_id: [Buffer.from('7'), null] },
  timestamp: 0,
};
const { consumer, topic, partition, entity } = letter;
const failed = { offset: 17, error: 'no value' };
const redriven: Redriven = { consumer, topic, partition, entity, applied: 2, duplicates: 1, left: 4, failed };

/** What a source was asked for. */
const asked: unknown[][] = [];
const tell = async function* <T>(answers: T[], ...question: unknown[]): AsyncGenerator<T> {
  asked.push(question);
  yield* answers;
};
const source = (found: DeadLetterRecord[]): DeadLetters => ({
  list: (filter) => tell(found, filter),
  show: (filter) => tell(found, filter),
  redrive: (filter, dryRun) => tell(found.length > 0 ? [redriven] : [], filter, dryRun),
  discard: (filter, discarding, dryRun) =>
    tell<Discarded>(
      found.map((one) => ({ letter: one, left: 5 })),
      filter,
      discarding,
      dryRun,
    ),
});
const sources = [source([letter]), source([])];

let output = '';
beforeEach(() => {
  output = '';
  asked.length = 0;
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += String(text);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
});

test('list: a line a letter, from every source', async () => {
  await new ListLettersCommand(sources).run([], { projection: 'orders' });
  const [titles, line, end] = output.split('\n');
  expect(titles).toMatch(/^CONSUMER +PARTITION +OFFSET +ENTITY/);
  expect(line).toMatch(/^orders_v1 +order-events-2 +17 +the-order +3 +2026-11-21T10:00:00.000Z +no value *$/);
  expect(end).toBe('1 parked.');
  expect(asked).toEqual([[{ consumer: 'orders' }], [{ consumer: 'orders' }]]);
});

test('list --json: an object a line', async () => {
  await new ListLettersCommand(sources).run([], { json: true });
  expect(output.split('\n').map((line) => line && JSON.parse(line).firstFailedAt)).toEqual([
    '2026-11-21T10:00:00.000Z',
    '',
  ]);
});

test('list: nothing', async () => {
  await new ListLettersCommand([source([])]).run([], {});
  expect(output).toBe('Nothing is parked.\n');
});

test('show: headers and bytes', async () => {
  await new ShowLettersCommand(sources).run([], {});
  expect(output).toContain('header   ce_id: 7, -\n  value    3 bytes: a.b\n');
  await new ShowLettersCommand(sources).run([], { json: true });
  expect(JSON.parse(output.split('\n').at(-2)!)).toMatchObject({ value: 'YQBi', headers: { ce_id: ['Nw==', null] } });
});

test('redrive: what became of each entity; 1 when something is left', async () => {
  await new RedriveLettersCommand(sources).run([], { entity: 'the-order', dryRun: true });
  expect(output).toBe(
    'orders_v1 order-events-2 the-order: 2 applied, 1 were applied before, 4 still parked; offset 17 failed again: no value\n' +
      'Dry run: 2 applied, 4 still parked.\n',
  );
  expect(process.exitCode).toBe(1);
  expect(asked[0]).toEqual([{ entity: 'the-order' }, true]);
});

test('discard: says what stays parked behind', async () => {
  await new DiscardLettersCommand(sources).run([], { entity: 'the-order', reason: 'why', by: 'who' });
  expect(output).toMatch(
    /^orders_v1 order-events-2 offset 17 of the-order: no\nvalue\n1 discarded.\n5 that waited behind/,
  );
  expect(asked[0]).toEqual([{ entity: 'the-order' }, { reason: 'why', by: 'who' }, false]);
});

test.each([
  [{ reason: 'why' }, /one condition at least/],
  [{ reason: ' ', entity: 'the-order' }, /--reason is empty/],
])('discard %j is refused', async (options, refusal) => {
  await expect(new DiscardLettersCommand(sources).run([], options)).rejects.toThrow(refusal);
  expect(asked).toEqual([]);
});

test('a time that is none, and two names of the consumer, are refused', () => {
  const command = new ListLettersCommand(sources);
  expect(command.parseSince('2026-11-21T10:00:00Z').getTime()).toBe(letter.firstFailedAt);
  expect(() => command.parseUntil('yesterday')).toThrow('yesterday is no time');
  expect(() => filterOf({ projection: 'orders', consumer: 'payments' })).toThrow(/exclude each other/);
});
