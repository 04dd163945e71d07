import { describe, expect, test } from '@jest/globals';
import { compareRows } from './compare-rows.ts';
import type { Folded } from './fold-entity.ts';
import { Report, sentenceFor } from './report.ts';
import type { Row } from './table-rows.ts';
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
const folded = new Map<string, Folded>([['o1', { version: 1, bornAt: 5, updatedAt: 6, state, had: new Set() }]]);

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

const dearer = { ...line, unitPrice: { amount: 2000, currency: 'EUR' } };

describe('rows against the fold', () => {
  const compared = async (...rows: Row[]) => {
    const report = new Report();
    const count = await compareRows(
      { ...ORDERS.tables[0]!, version: 1, name: 'orders' },
      folded,
      streamed(rows),
      report,
    );
    expect(count).toBe(rows.length);
    return report.differences.map(sentenceFor);
  };

  test('agree, whatever the order of the fields', async () => {
    expect(await compared(row)).toEqual([]);
  });

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
    const differences = await compared({ ...row, [column]: value });
    expect(differences).toEqual([expect.stringContaining(`I4 o1 at orders: ${column} should be`)]);
  });

  test('miss a row, and find one too much', async () => {
    expect(await compared()).toEqual([
      expect.stringMatching(/^I4 o1 at orders: the row should be .* and is absent\.$/),
    ]);
    const other = { ...row, order_id: 'o2' };
    expect(await compared(row, other)).toEqual([expect.stringContaining('I4 o2 at orders: the row should be absent')]);
  });
});

async function* streamed<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
