import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { Fault } from '#mechanisms/service/index';
import { validateBody } from '#mechanisms/service/http/validate';
import type { RequestClass } from '#mechanisms/service/http/validate';
import {
  ChangeContactRequest,
  ChangeCreditLimitRequest,
  ReactivateCustomerRequest,
  SuspendCustomerRequest,
} from './change-customer.requests.ts';
import { contactOf } from './contact.ts';
import { RegisterCustomerRequest } from './register-customer.request.ts';

const faultsOf = (type: RequestClass, body: unknown) => {
  const faults: Fault[] = [];
  validateBody(type, body, faults);
  return faults.map((fault) => ('pointer' in fault ? fault.pointer : fault.parameter)).sort();
};

const creditLimit = { amount: 10_000, currency: 'EUR' };
const registration = { name: 'Ada Example', email: 'ada@example.org', creditLimit };
const longest = (length: number) => 'x'.repeat(length);

describe('a registration', () => {
  it.each([
    registration,
    { ...registration, name: longest(200) },
    { ...registration, email: 'a@b' },
    { ...registration, email: `${longest(300)}@${longest(19)}` },
    { ...registration, email: 'jürgen+shop@münchen.example' },
    { ...registration, creditLimit: { amount: 0, currency: 'JPY' } },
  ])('is valid: $email', (body) => expect(faultsOf(RegisterCustomerRequest, body)).toEqual([]));

  it.each([
    ['without its fields', {}, ['#/creditLimit', '#/email', '#/name']],
    ['with an unknown property', { ...registration, status: 'active' }, ['#/status']],
    ['with an id', { ...registration, customerId: '0192f0c1-0000-7000-8000-0000000000c1' }, ['#/customerId']],
    ['with a blank name', { ...registration, name: ' ' }, ['#/name']],
    ['with a name that is too long', { ...registration, name: longest(201) }, ['#/name']],
    [
      'with a negative limit',
      { ...registration, creditLimit: { amount: -1, currency: 'EUR' } },
      ['#/creditLimit/amount'],
    ],
    [
      'with a broken limit',
      { ...registration, creditLimit: { amount: 1.5, currency: 'EUR' } },
      ['#/creditLimit/amount'],
    ],
    ['without a currency', { ...registration, creditLimit: { amount: 1 } }, ['#/creditLimit/currency']],
    ['with null for a limit', { ...registration, creditLimit: null }, ['#/creditLimit']],
  ])('is not valid %s', (_, body, pointers) => expect(faultsOf(RegisterCustomerRequest, body)).toEqual(pointers));

  it.each([
    '',
    'a@',
    '@b',
    'ab',
    'ada',
    'a@b@c',
    'a da@b',
    'ada@b ',
    'a@\u0000',
    `${longest(301)}@${longest(19)}`,
    null,
    7,
  ])('is not valid with the e-mail address %j', (email) =>
    expect(faultsOf(RegisterCustomerRequest, { ...registration, email })).toEqual(['#/email']),
  );
});

describe('a change of contact', () => {
  it.each([{ name: 'Ada' }, { email: 'a@b' }, { name: 'Ada', email: 'a@b' }])('is valid: %j', (body) => {
    expect(faultsOf(ChangeContactRequest, body)).toEqual([]);
    expect(contactOf(body)).toStrictEqual(body);
  });
  it.each([
    [{ name: null }, ['#/name']],
    [{ name: 'Ada', email: null }, ['#/email']],
    [{ name: '', email: 'x' }, ['#/email', '#/name']],
    [{ creditLimit }, ['#/creditLimit']],
  ])('is not valid: %j', (body, pointers) => expect(faultsOf(ChangeContactRequest, body)).toEqual(pointers));
  it('is not valid without either', () =>
    expect(() => contactOf({})).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST', faults: [expect.objectContaining({ pointer: '#' })] }),
    ));
});

describe('other changes', () => {
  it.each<[string, RequestClass, object]>([
    ['a limit', ChangeCreditLimitRequest, { creditLimit }],
    ['a suspension', SuspendCustomerRequest, { reason: longest(500) }],
    ['a reactivation', ReactivateCustomerRequest, {}],
  ])('are valid: %s', (_, type, body) => expect(faultsOf(type, body)).toEqual([]));

  it.each<[string, RequestClass, object, string[]]>([
    ['a limit', ChangeCreditLimitRequest, {}, ['#/creditLimit']],
    ['a limit', ChangeCreditLimitRequest, { creditLimit: 5 }, ['#/creditLimit']],
    ['a suspension', SuspendCustomerRequest, {}, ['#/reason']],
    ['a suspension', SuspendCustomerRequest, { reason: longest(501) }, ['#/reason']],
    ['a reactivation', ReactivateCustomerRequest, { reason: 'paid' }, ['#/reason']],
  ])('are not valid: %s %#', (_, type, body, pointers) => expect(faultsOf(type, body)).toEqual(pointers));
});
