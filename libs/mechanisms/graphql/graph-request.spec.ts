import { describe, expect, test } from '@jest/globals';
import { fromBody, fromQueryString } from './graph-request.ts';

const query = '{ order(id: "1") { orderId } }';
const faultsOf = (read: () => unknown): unknown => {
  try {
    read();
  } catch (error) {
    return (error as { faults?: unknown }).faults ?? (error as Error).name;
  }
  return undefined;
};

test('a request is read from a body and from a query string', () => {
  expect(fromBody({ query, variables: null, operationName: null, extensions: {} })).toEqual({ source: query });
  expect(fromBody({ query, variables: { id: 1 } })).toEqual({ source: query, variables: { id: 1 } });
  expect(fromQueryString({ query, variables: '{"id":1}' })).toEqual({ source: query, variables: { id: 1 } });
});

test('two operations of one text have two sources, that mean the same to the parser', () => {
  const [a, b] = ['a', 'b'].map((operationName) => fromBody({ query, operationName }));
  expect(a).toEqual({ source: `${query}\n# a`, operationName: 'a' });
  expect(b!.source).not.toBe(a!.source);
});

describe('refused', () => {
  test.each([
    ['no object', [{ query }], ['#']],
    ['no query', {}, ['#/query']],
    ['a query that is too long', { query: ' '.repeat(10_001) }, ['#/query']],
    ['a batch in disguise', { query: [query] }, ['#/query']],
    [
      'everything at once',
      { query: 1, variables: [], operationName: 'a b', id: 1 },
      ['id', 'query', 'variables', 'operationName'].map((name) => `#/${name}`),
    ],
    ['an operation name that ends the comment', { query, operationName: 'a\n{' }, ['#/operationName']],
  ])('%s, by its pointer', (_case, body, pointers) => {
    expect(faultsOf(() => fromBody(body))).toEqual(
      pointers.map((pointer) => ({ pointer, detail: expect.any(String) })),
    );
  });

  test('variables that are no JSON', () => {
    const faults = [{ parameter: 'variables', detail: 'must be an object' }];
    expect(faultsOf(() => fromQueryString({ query, variables: '{' }))).toEqual(faults);
  });

  test.each([
    ['a number that no double is', '{"first":20,"after":1e999}'],
    ['such a number further in', '{"filter":{"of":[-1e999]}}'],
    ['more depth than JSON can be made of again', `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
  ])('variables that would look like others: %s', (_case, variables) => {
    const detail = 'must hold finite numbers only, and be at most 20 deep';
    expect(faultsOf(() => fromBody({ query, variables: JSON.parse(variables) }))).toEqual([
      { pointer: '#/variables', detail },
    ]);
    expect(faultsOf(() => fromQueryString({ query, variables }))).toEqual([{ parameter: 'variables', detail }]);
  });

  test.each([
    ['an operation that is not there', { query: 'query a { __typename }', operationName: 'b' }],
    ['none of several', { query: 'query a { __typename } query b { __typename }' }],
    ['fragments alone', { query: 'fragment a on Query { __typename }' }],
    ['what is no document', { query: '{' }],
  ])('in a GET, %s', (_case, parameters) => {
    expect(faultsOf(() => fromQueryString(parameters))).toBe('GraphQLError');
  });

  test.each(['{"kind":"Document","definitions":[]}', '{}', ' [1]', '"x"', 'null', ' true ', '-1', '7'])(
    'a document that is parsed already: %s',
    (text) => expect(faultsOf(() => fromBody({ query: text }))).toBe('GraphQLError'),
  );
});
