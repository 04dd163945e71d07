import { ArgsType, Field, Int, ObjectType } from '@nestjs/graphql';
import { toCursor } from '#mechanisms/projections/index';
import type { Page, PageKey } from '#mechanisms/projections/index';
import { InvalidRequest, isText } from '#mechanisms/service/index';

/** How many nodes a connection holds when nobody says. */
export const DEFAULT_FIRST = 20;
const MOST = 100;

/** What every connection takes. */
@ArgsType()
export class PageArguments {
  @Field(() => Int, { defaultValue: DEFAULT_FIRST, description: `1 to ${MOST}.` })
  first: number;

  @Field(() => String, { nullable: true, description: 'The cursor that the page begins behind.' })
  after?: string | null;
}

/** What a connection may be filtered by; each of it may be missing or null. */
type Filter = Readonly<Record<string, unknown>> & { readonly search?: string | null };

type Given<F> = { [Name in keyof F]?: NonNullable<F[Name]> };

/**
 * The arguments of a connection as list queries take them; nulls are left out.
 * @param longestSearch characters of the filter's `search`
 * @throws InvalidRequest with every fault
 */
export function listRequest<F extends object>(
  { first, after }: PageArguments,
  filter: F | null | undefined,
  longestSearch = 200,
): Given<F> & { limit: number; after?: string } {
  const given = Object.fromEntries(Object.entries(filter ?? {}).filter(([, value]) => value !== null)) as Given<F>;
  const { search } = given as Filter;
  const faults = [
    ...(first >= 1 && first <= MOST ? [] : [fault('first', `an integer from 1 to ${MOST}`)]),
    ...(isMissing(after) || isText(after, 1, 500) ? [] : [fault('after', 'text of 1 to 500 characters')]),
    ...(isMissing(search) || isText(search, 1, longestSearch)
      ? []
      : [fault('filter.search', `text of 1 to ${longestSearch} characters without control characters`)]),
  ];
  if (faults.length > 0) throw new InvalidRequest(faults);
  return { ...given, limit: first, ...(!isMissing(after) && { after: after! }) };
}

const isMissing = (value: unknown): boolean => value === null || value === undefined;
const fault = (parameter: string, wanted: string) => ({ parameter, detail: `must be ${wanted}` });

@ObjectType('PageInfo')
class PageInfoType {
  @Field(() => Boolean)
  hasNextPage: boolean;

  @Field(() => String, { nullable: true, description: 'The cursor of the last node; null when there is none.' })
  endCursor: string | null;
}

/** A part of a list in the words of Relay's cursor connections. */
export interface Connection<Node> {
  readonly edges: readonly Edge<Node>[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Makes its cursor when it is asked for. */
class Edge<Node> {
  readonly node: Node;
  readonly #keyOf: (node: Node) => PageKey;

  constructor(node: Node, keyOf: (node: Node) => PageKey) {
    this.node = node;
    this.#keyOf = keyOf;
  }

  get cursor(): string {
    return toCursor(this.#keyOf(this.node));
  }
}

/** A page as a connection. `keyOf` tells the place of a node in its list. */
export function toConnection<Node>({ items, next }: Page<Node>, keyOf: (node: Node) => PageKey): Connection<Node> {
  const last = items.at(-1);
  return {
    edges: items.map((node) => new Edge(node, keyOf)),
    pageInfo: { hasNextPage: next !== null, endCursor: last === undefined ? null : toCursor(keyOf(last)) },
  };
}

type Class<T> = new () => T;

/** Declares the connection type of a node type: `OrderConnection` of `OrderEdge`s, for `Order`. */
export function connectionOf<Node extends object>(name: string, node: () => Class<Node>): Class<Connection<Node>> {
  @ObjectType(`${name}Edge`)
  class EdgeType {
    @Field(node)
    node: Node;

    @Field(() => String)
    cursor: string;
  }
  @ObjectType(`${name}Connection`)
  class ConnectionType {
    @Field(() => [EdgeType])
    edges: EdgeType[];

    @Field(() => PageInfoType)
    pageInfo: PageInfoType;
  }
  return ConnectionType as unknown as Class<Connection<Node>>;
}
