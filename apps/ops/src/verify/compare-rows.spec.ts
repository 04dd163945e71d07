import { describe, expect, test } from '@jest/globals';
import { compareRows } from './compare-rows.ts';
import type { Moment } from './event-archive.ts';
import { historyTables } from './history-tables.ts';
import { Report, sentenceFor } from './report.ts';
import type { Row, Table } from './table.ts';
import { ORDERS } from './verified-entities.ts';

const line = { sku: 'A', name: 'Article A', quantity: 2, unitPrice: { amount: 1999, currency: 'EUR' } };
const state = {
  orderId: 'o1',
  status: 'placed',
  customerId: 'c1',
  lines: [line],
  total: { amount: 3998, currency: 'EUR' },
  validateBy: 1_000,
  reason: null,
};

const ids = { commandId: 'command', correlationId: 'story', causationId: 'cause', actor: 'somebody' };

function moment(entity: string, version = 1, isNewest = true): Moment {
  const meta = { eventId: `event-${version}`, entityVersion: version, occurredAt: 5, ...ids };
  const event = { name: 'factstream.order.OrderPlaced', fields: { meta, orderId: entity, lines: [line] } };
  const after = { version, bornAt: 5, updatedAt: 6, state: { ...state, orderId: entity } };
  return { entity, event, first: event, after, isNewest };
}

async function compared(table: Table, moments: readonly Moment[], rows: readonly Row[]) {
  const report = new Report();
  const stored = { place: table.name, table, pages: paged(rows) };
  expect(await compareRows([stored], moments, report)).toEqual({ [table.name]: rows.length });
  return { sentences: report.differences.kept.map(sentenceFor), notCompared: report.notCompared.kept };
}

/** Two at a time. */
async function* paged(rows: readonly Row[]): AsyncGenerator<readonly Row[], void> {
  for (let at = 0; at < rows.length; at += 2) yield rows.slice(at, at + 2);
}

const ABSENT = /the row( of version \d+)? should be absent and is/;
const MISSED = /the row( of version \d+)? should be .* and is absent\.$/;

describe('rows of entities against the fold', () => {
  const [orders] = ORDERS.projections[0]!.tables;
  const row: Row = {
    order_id: 'o1',
    version: '1',
    status: 'placed',
    customer_id: 'c1',
    lines: [{ unitPrice: { currency: 'EUR', amount: 1999 }, quantity: 2, name: 'Article A', sku: 'A' }],
    total_amount: '3998',
    currency: 'EUR',
    reason: null,
    reason_text: null,
    carrier: null,
    tracking_number: null,
    placed_at: 5,
    updated_at: 6,
  };
  const rowOf = (order_id: string): Row => ({ ...row, order_id });
  const found = async (moments: readonly Moment[], rows: readonly Row[]) =>
    (await compared(orders!, moments, rows)).sentences;

  test('agree, whatever the order of the fields, and at the newest moment alone', async () => {
    const { sentences, notCompared } = await compared(orders!, [moment('o1', 7, false), moment('o1')], [row]);
    expect({ sentences, notCompared }).toEqual({ sentences: [], notCompared: [] });
  });

  const dearer = { ...line, unitPrice: { amount: 2000, currency: 'EUR' } };

  test.each<[string, unknown]>([
    ['version', '2'],
    ['status', 'paid'],
    ['customer_id', 'c2'],
    ['lines', [dearer]],
    ['lines', [line, line]],
    ['lines', [{ ...line, discount: 1 }]],
    ['lines', { 0: line }],
    ['total_amount', '3999'],
    ['currency', 'USD'],
    ['reason', 'FOR_NONE'],
    ['reason_text', ''],
    ['carrier', 'DHL'],
    ['tracking_number', '1'],
    ['placed_at', 5.001],
    ['updated_at', 5],
  ])('differ in %s', async (column, value) => {
    expect(await found([moment('o1')], [{ ...row, [column]: value }])).toEqual([
      expect.stringContaining(`I4 o1 at orders: ${column} should be`),
    ]);
  });

  test('miss rows, and find some too much, at the beginning, in the middle and at the end', async () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'] as const;
    const all = [a, b, c].map((id) => moment(id));
    expect(await found(all, [a, b, c].map(rowOf))).toEqual([]);
    expect(await found(all, [])).toEqual(all.map(({ entity }) => expect.stringMatching(`I4 ${entity} .*absent`)));
    for (const lost of [a, b, c]) {
      const left = [a, b, c].filter((id) => id !== lost).map(rowOf);
      expect(await found(all, left)).toEqual([expect.stringMatching(MISSED)]);
    }
    for (const more of ['1', 'a1', 'b1', d]) {
      const rows = [a, b, c, more].toSorted().map(rowOf);
      expect(await found(all, rows)).toEqual([expect.stringMatching(ABSENT)]);
    }
    expect(await found(all, [a, a, b, c].map(rowOf))).toEqual([expect.stringMatching(ABSENT)]);
  });

  test('come in the order of the bytes of their ids', async () => {
    const ids = ['a', '\uffff', '😀'];
    expect(
      await found(
        ids.map((id) => moment(id)),
        ids.map(rowOf),
      ),
    ).toEqual([]);
    expect(await found([moment('😀')], ids.map(rowOf))).toHaveLength(2);
  });

  test('tell of a column that nobody knows', async () => {
    const { sentences, notCompared } = await compared(orders!, [moment('o1')], [{ ...row, note: 'x' }]);
    expect({ sentences, notCompared }).toEqual({
      sentences: [],
      notCompared: ['orders has a column note, which is not known.'],
    });
  });
});

describe('rows of events against the log', () => {
  const [events, snapshots] = ORDERS.projections[1]!.tables;
  const rowOf = (entity_id: string, version: number): Row => ({
    entity_id,
    version: String(version),
    type: 'OrderPlaced',
    at: 5,
    event_id: `event-${version}`,
    command_id: 'command',
    correlation_id: 'story',
    causation_id: 'cause',
    actor: 'somebody',
    data: { lines: [line], orderId: entity_id },
  });
  const life = Array.from({ length: 12 }, (_, index) => moment('o1', index + 1, index === 11));
  const rows = life.map((_, index) => rowOf('o1', index + 1));
  const found = async (moments: readonly Moment[], stored: readonly Row[]) =>
    (await compared(events!, moments, stored)).sentences;

  test('agree', async () => {
    expect(await found([...life, moment('o2')], [...rows, rowOf('o2', 1)])).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['type', 'OrderPaid'],
    ['at', 5.001],
    ['event_id', 'event-9'],
    ['command_id', 'another'],
    ['correlation_id', 'another'],
    ['causation_id', 'another'],
    ['actor', 'another'],
    ['data', { lines: [line, line], orderId: 'o1' }],
    ['data', { lines: [line], orderId: 'o1', note: 'x' }],
  ])('differ in %s', async (column, value) => {
    const damaged = rows.map((row, index) => (index === 2 ? { ...row, [column]: value } : row));
    expect(await found(life, damaged)).toEqual([
      expect.stringContaining(`I4 o1 at events: ${column} of version 3 should be`),
    ]);
  });

  test('miss a version, and find one too much', async () => {
    const without = rows.filter((_, index) => index !== 9);
    expect(await found(life, without)).toEqual([
      expect.stringMatching(/the row of version 10 should be .* is absent\.$/),
    ]);
    expect(await found(life.slice(0, 11), rows)).toEqual([expect.stringMatching(ABSENT)]);
    expect(await found(life, [...rows, rowOf('o2', 1)])).toEqual([expect.stringMatching(ABSENT)]);
  });

  test('have the snapshots that are due', async () => {
    const old = [moment('o1', 49, false), moment('o1', 50, false), moment('o1', 51)];
    const snapshot = {
      orderId: 'o1',
      status: 'placed',
      placed: { type: 'OrderPlaced', orderId: 'o1', lines: [line] },
      firstVersion: 1,
      version: 50,
      firstAt: 5,
      updatedAt: 6,
    };
    const row = { entity_id: 'o1', version: '50', state: snapshot };
    expect((await compared(snapshots!, old, [row])).sentences).toEqual([]);
    expect((await compared(snapshots!, old, [])).sentences).toEqual([expect.stringMatching(MISSED)]);
    const damaged = { ...row, state: { ...snapshot, status: 'paid' } };
    expect((await compared(snapshots!, old, [damaged])).sentences).toEqual([
      expect.stringContaining('state of version 50 should be'),
    ]);
    const [, none] = historyTables();
    expect((await compared(none!, old, [row])).sentences).toEqual([expect.stringMatching(ABSENT)]);
  });

  test('are compared with those of another table in one pass', async () => {
    const old = [moment('o1', 49, false), moment('o1', 50, false), moment('o1', 51), moment('o2', 1)];
    const report = new Report();
    const stored = [
      { place: 'e', table: events!, pages: paged([rowOf('o1', 49), rowOf('o1', 51), rowOf('o2', 1)]) },
      { place: 's', table: snapshots!, pages: paged([{ entity_id: 'o1', version: '100', state: {} }]) },
    ];
    expect(await compareRows(stored, old[Symbol.iterator](), report)).toEqual({ e: 3, s: 1 });
    expect(report.differences.kept.map(sentenceFor)).toEqual([
      expect.stringMatching(/^I4 o1 at e: the row of version 50 .* is absent\.$/),
      expect.stringMatching(/^I4 o1 at s: the row of version 50 .* is absent\.$/),
      expect.stringMatching(/^I4 o1 at s: the row of version 100 should be absent/),
    ]);
  });
});
