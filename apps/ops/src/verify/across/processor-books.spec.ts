import { describe, expect, test } from '@jest/globals';
import { booksAreEqual } from './processor-books.ts';
import { authorizedOnly, charge, eur, findings, payment, request } from './testing/system-of.ts';

describe('the processor’s books', () => {
  const found = (state: object | undefined, ...charges: ReturnType<typeof charge>[]) =>
    findings(booksAreEqual, { payments: state ? { p1: { ...state } } : {}, charges });

  test('equal ours', () => {
    expect(found(payment(), charge())).toEqual([]);
    expect(found(payment({ authorized: eur(0), captured: eur(0), requests: [] }))).toEqual([]);
    const released = authorizedOnly(request('void', 4498, 'done'));
    expect(found(released, charge({ captured: 0, voided: 4498 }))).toEqual([]);
  });

  test.each(['authorized', 'captured', 'refunded', 'voided'] as const)('differ by a cent in what is %s', (sum) => {
    const books = charge();
    expect(found(payment(), { ...books, [sum]: books[sum] + 1 })).toEqual([
      `I8 p1 at the processor’s books: what is ${sum} should be ${books[sum]} and is ${books[sum] + 1}.`,
    ]);
  });

  test('miss a payment, have one too much, or another currency', () => {
    expect(found(payment())).toHaveLength(2);
    expect(found(undefined, charge())).toEqual([expect.stringContaining('should be absent and is 4498')]);
    expect(found(payment(), charge({ currency: 'USD' }))).toEqual([expect.stringContaining('the currency')]);
  });

  test('may have done what we do not know yet', () => {
    const asked = authorizedOnly(request('capture', 4498, 'unknown'));
    const done = { requestId: 'capture-1', kind: 'capture', outcome: 'done', amount: eur(4498) };
    expect(found(asked, charge({ captured: 0 }))).toEqual([]);
    expect(found(asked, charge({ requests: [done] }))).toEqual([]);
    expect(found(asked, charge({ requests: [{ ...done, requestId: 'nobody’s' }] }))).toHaveLength(1);
  });

  test('are not compared when they are not shown', () => {
    expect(findings(booksAreEqual, { payments: { p1: payment() } })).toEqual([]);
  });
});
