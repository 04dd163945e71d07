import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { DEAREST, DEEPEST, limitQuery } from './query-cost.ts';

const schema = buildSchema(`
  type Query { shop: Shop, shops(first: Int = 20): ShopConnection! }
  type ShopConnection { edges: [ShopEdge!]! }
  type ShopEdge { node: Shop! cursor: String! }
  type Shop { id: ID! tags: [Tag!]! next: Shop shops(first: Int! = 20): ShopConnection! }
  type Tag { name: String! }
`);
for (const type of ['Query', 'Shop']) {
  const fields = (schema.getType(type) as ReturnType<typeof schema.getQueryType>)!.getFields();
  for (const name of ['shop', 'shops']) if (fields[name]) fields[name].resolve = () => undefined;
}

function limited(text: string, variables: Readonly<Record<string, unknown>> = {}, operationName?: string): string {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  try {
    limitQuery(schema, document, variables, operationName);
    return 'allowed';
  } catch (error) {
    return (error as Error).message;
  }
}
const tooDear = expect.stringContaining(`costs more than ${DEAREST}`);

/** The selections below `shops { edges { node` that make a page of a hundred cost as much as it may, but for `more`. */
const fieldsOf = (count: number): string => Array.from({ length: count }, (_, n) => `f${n}: id`).join(' ');
/** shops 1 + 100, edges and nodes 100 each: what remains are 196 fields of each of a hundred nodes. */
const REST = 196;

describe('the cost of a query', () => {
  test.each([
    ['by its argument', 'shops(first: 100)', {}],
    ['by a variable', 'shops(first: $n)', { n: 100 }],
    ['by the default of a variable', 'shops(first: $d)', {}],
    ['in a fragment', '...page', {}],
    ['in an inline fragment', '... on Query { shops(first: 100)', {}],
  ])('counts a connection as large as it is %s', (_case, page, variables) => {
    const query = (count: number): string => {
      const nodes = `{ edges { node { ${fieldsOf(count)} } } }`;
      const fragment = page === '...page' ? `fragment page on Query { shops(first: 100) ${nodes} }` : '';
      const field = fragment ? page : `${page} ${nodes} ${page.includes('on Query') ? '}' : ''}`;
      return `query ($n: Int, $d: Int = 100) { ${field} unused: shops(first: $n) { __typename }
        unusedToo: shops(first: $d) { __typename } } ${fragment}`;
    };
    // the two that use the variables cost 102 each: two fields less, and a part of a third
    expect(limited(query(REST - 3), variables)).toBe('allowed');
    expect(limited(query(REST + 1), variables)).toEqual(tooDear);
  });

  test('counts a page of the default size as twenty', () => {
    const nodes = (count: number): string => `{ shops { edges { node { ${fieldsOf(count)} } } } }`;
    expect(limited(nodes(980))).toBe('allowed');
    expect(limited(nodes(1_000))).toEqual(tooDear);
  });

  test('multiplies pages in pages', () => {
    expect(limited('{ shops { edges { node { shops { edges { node { id } } } } } } }')).toBe('allowed');
    expect(limited('{ shops(first: 100) { edges { node { shops(first: 100) { edges { node { id } } } } } } }')).toEqual(
      tooDear,
    );
  });

  test('counts a list without a size as ten', () => {
    const tags = (count: number): string =>
      `{ shops(first: 100) { edges { node { tags { ${fieldsOf(count).replaceAll('id', 'name')} } } } } }`;
    expect(limited(tags(18))).toBe('allowed');
    expect(limited(tags(19))).toEqual(tooDear);
  });

  test('counts every alias, and what each reads', () => {
    const aliases = (count: number): string =>
      `{ ${Array.from({ length: count }, (_, n) => `a${n}: shop { __typename }`).join(' ')} }`;
    expect(limited(aliases(196))).toBe('allowed');
    expect(limited(aliases(197))).toEqual(tooDear);
  });

  test('is that of the operation asked for', () => {
    const text = `query cheap { shop { id } } query dear { shops(first: 100) { edges { node { ${fieldsOf(300)} } } } }`;
    expect(limited(text, {}, 'cheap')).toBe('allowed');
    expect(limited(text, {}, 'dear')).toEqual(tooDear);
  });

  test('ends its count when it is too high already', () => {
    const spreads = Array.from(
      { length: 60 },
      (_, n) => `fragment f${n} on Shop { ...f${n + 1} next { ...f${n + 1} } }`,
    );
    const bomb = `{ shop { ...f0 } } ${spreads.join(' ')} fragment f60 on Shop { id }`;
    expect(limited(bomb)).not.toBe('allowed');
  });
});

test('a query may nest so deep and no deeper, fragments or not', () => {
  const nested = (depth: number): string => `{ shop { ${'next { '.repeat(depth - 2)} id ${'} '.repeat(depth - 2)} } }`;
  expect(limited(nested(DEEPEST))).toBe('allowed');
  expect(limited(nested(DEEPEST + 1))).toContain(`deeper than ${DEEPEST}`);
  const inFragment = `{ shop { ...far } } fragment far on Shop { ${'next { '.repeat(DEEPEST)} id ${'} '.repeat(DEEPEST)} }`;
  expect(limited(inFragment)).toContain(`deeper than ${DEEPEST}`);
});
