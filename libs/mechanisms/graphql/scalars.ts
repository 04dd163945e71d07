import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import type { ValueNode } from 'graphql';
import { isTime, isUuid } from '#mechanisms/service/index';

interface Scalar<Internal> {
  readonly name: string;
  readonly description: string;
  /** The value of an argument; `undefined` when it is none of this kind. */
  readonly parse: (value: unknown) => Internal | undefined;
  /** Completes «must be …». */
  readonly sentence: string;
}

/** A scalar that is written as the REST routes write it; only arguments are checked. */
function scalar<Internal>({ name, description, parse, sentence }: Scalar<Internal>): GraphQLScalarType {
  const parseValue = (value: unknown): Internal => {
    const parsed = parse(value);
    if (parsed === undefined) throw new GraphQLError(`${name} must be ${sentence}.`);
    return parsed;
  };
  return new GraphQLScalarType({
    name,
    description,
    parseValue,
    parseLiteral: (node) => parseValue(literalOf(node)),
  });
}

function literalOf(node: ValueNode): unknown {
  if (node.kind === Kind.INT) return Number(node.value);
  return node.kind === Kind.STRING ? node.value : undefined;
}

/** Ours are stored in lower case, and the same in either. */
export const UuidScalar = scalar({
  name: 'UUID',
  description: 'A UUID, as 0192f0c1-6e1a-7c3e-9b1d-0a5f3c2e1d4b.',
  parse: (value) => (isUuid(value) ? value.toLowerCase() : undefined),
  sentence: 'a UUID',
});

/** A `Date` as an argument, and text in answers. */
export const DateTimeScalar = scalar({
  name: 'DateTime',
  description: 'An RFC 3339 time; in answers in UTC with milliseconds, as 2026-11-02T10:00:00.000Z.',
  parse: (value) => (isTime(value) ? new Date(value) : undefined),
  sentence: 'an RFC 3339 time, as 2026-11-02T10:00:00.000Z',
});

export const SafeIntScalar = scalar({
  name: 'SafeInt',
  description: 'An integer between -2^53 and 2^53, which any reader of JSON keeps exactly.',
  parse: (value) => (Number.isSafeInteger(value) ? (value as number) : undefined),
  sentence: 'an integer that a double holds exactly',
});
