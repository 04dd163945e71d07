import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Currency, Integer, ListOf, MoneyField, Nested, Text, Time, Uuid } from './fields.ts';
import type { Fault } from './problem.ts';
import { validateBody, validateParameters } from './validate.ts';

class Item {
  @Text(1, 5)
  name: string;
}

class Example {
  @Uuid()
  id: string;

  @ListOf(() => Item, 1, 2)
  items: Item[];

  @Nested(() => MoneyField)
  price: MoneyField;

  @Integer(1, 3)
  count: number;

  @Currency()
  currency: string;

  @Text(1, 5, { required: false })
  note?: string;
}

const valid = {
  id: '0192F0C1-0000-7000-8000-0000000000c1',
  items: [{ name: 'a' }],
  price: { amount: 0, currency: 'EUR' },
  count: 3,
  currency: 'USD',
};

const faultsOf = (body: unknown) => {
  const faults: Fault[] = [];
  validateBody(Example, body, faults);
  return faults.map((fault) => ('pointer' in fault ? fault.pointer : fault.parameter)).sort();
};

describe('a valid body', () => {
  it('has no fault', () => expect(faultsOf(valid)).toEqual([]));
  it('may have what is not required', () => expect(faultsOf({ ...valid, note: 'a' })).toEqual([]));
  it('counts characters, not code units', () =>
    expect(faultsOf({ ...valid, items: [{ name: '😀😀😀😀😀' }] })).toEqual([]));
});

describe('an invalid body', () => {
  it('names every fault at once', () =>
    expect(faultsOf({})).toEqual(['#/count', '#/currency', '#/id', '#/items', '#/price']));

  it.each([
    ['no object', null, ['#']],
    ['a list', [], ['#']],
    ['an unknown property', { ...valid, more: 1 }, ['#/more']],
    ['a property whose name needs escaping', { ...valid, 'a/b~c': 1 }, ['#/a~1b~0c']],
    ['an unknown nested property', { ...valid, price: { ...valid.price, more: 1 } }, ['#/price/more']],
    ['a list for an object', { ...valid, price: [] }, ['#/price']],
    ['an object for a list', { ...valid, items: {} }, ['#/items']],
    ['too many items', { ...valid, items: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] }, ['#/items']],
    ['a list among the items', { ...valid, items: [[]] }, ['#/items']],
    ['null among the items', { ...valid, items: [null] }, ['#/items']],
    ['a NUL character', { ...valid, items: [{ name: 'a\u0000' }] }, ['#/items/0/name']],
    ['a lone surrogate', { ...valid, items: [{ name: '\ud800' }] }, ['#/items/0/name']],
    ['blank text', { ...valid, items: [{ name: '  ' }] }, ['#/items/0/name']],
    ['text that is too long', { ...valid, items: [{ name: 'abcdef' }] }, ['#/items/0/name']],
    ['a fraction', { ...valid, count: 1.5 }, ['#/count']],
    ['a number as text', { ...valid, count: '1' }, ['#/count']],
    ['a number out of range', { ...valid, count: 4 }, ['#/count']],
    ['an unsafe integer', { ...valid, price: { amount: 2 ** 53, currency: 'EUR' } }, ['#/price/amount']],
    ['a negative amount', { ...valid, price: { amount: -1, currency: 'EUR' } }, ['#/price/amount']],
    ['null for what is not required', { ...valid, note: null }, ['#/note']],
    ['a currency in small letters', { ...valid, currency: 'eur' }, ['#/currency']],
    ['a currency that is no longer active', { ...valid, currency: 'DEM' }, ['#/currency']],
  ])('names %s', (_, body, pointers) => expect(faultsOf(body)).toEqual(pointers));
});

describe('a time', () => {
  class Since {
    @Time()
    at: string;
  }
  const isTaken = (at: string) => {
    const faults: Fault[] = [];
    validateParameters(Since, { at }, faults);
    return faults.length === 0;
  };

  it.each([
    '2026-11-02T10:00:00Z',
    '2026-11-02T10:00:00.123Z',
    '2026-11-02T23:59:59.999999999+14:00',
    '2028-02-29T00:00:00-08:00',
    '2026-11-02t10:00:00z',
  ])('may be %s', (at) => expect(isTaken(at)).toBe(true));

  it.each([
    '',
    '2026-11-02',
    '2026-11-02T10:00:00',
    '2026-11-02 10:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-02-30T00:00:00+01:00',
    '2026-13-01T00:00:00Z',
    '2026-11-02T24:00:00Z',
    '2026-11-02T10:60:00Z',
    '2026-11-02T10:00:00+24:00',
    '1793613600000',
    'yesterday',
  ])('cannot be %p', (at) => expect(isTaken(at)).toBe(false));
});
