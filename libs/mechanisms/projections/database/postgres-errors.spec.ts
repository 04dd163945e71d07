import { expect, test } from '@jest/globals';
import { isMissing, isTransient } from './postgres-errors.ts';

const coded = (code: string) => Object.assign(new Error('x'), { code });

test.each([
  '08006',
  '53100',
  '53300',
  '57P01',
  '57P03',
  '57014',
  '58030',
  '25006',
  '40001',
  '40P01',
  '55P03',
  'ECONNREFUSED',
])('%s passes', (code) => expect(isTransient(coded(code))).toBe(true));
test.each(['23505', '22P02', '42P01', '42601', '28P01', '25P02', 'ERR_INVALID_ARG_TYPE', '53'])('%s does not', (code) =>
  expect(isTransient(coded(code))).toBe(false),
);
test.each([
  'Connection terminated unexpectedly',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
  'Query read timeout',
])('%s passes', (message) => expect(isTransient(new Error(message))).toBe(true));
test('what is no error does not pass', () => {
  expect([isTransient(undefined), isTransient('57P01'), isTransient(new Error('a bug'))]).toEqual([
    false,
    false,
    false,
  ]);
});
test('a missing table is told from a missing column', () => {
  expect([isMissing(coded('42P01')), isMissing(coded('42703'))]).toEqual([true, false]);
});
