import { getNamedType, GraphQLError, isCompositeType, isListType, getNullableType, isObjectType, Kind } from 'graphql';
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLNamedType,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import { DEFAULT_FIRST } from './connection.ts';

/** How deep fields may nest, the root fields being 1. */
export const DEEPEST = 12;
/** What a query may cost. */
export const DEAREST = 20_000;
/** Of a statement to the database. */
const READ = 100;
/** Nodes that a list without `first` is taken to hold. */
const LIST = 10;

type Variables = Readonly<Record<string, unknown>>;

/**
 * Refuses an operation that is too deep or too dear, before anything is read for it. The document must be valid.
 * A field costs 1 for every value that it may answer, and 100 more, once, when it is read from the database. A connection
 * has as many edges as its `first` says, any other list counts as ten. What is selected of the schema itself is
 * not counted.
 * @throws GraphQLError
 */
export function limitQuery(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Variables = {},
  operationName?: string | null,
): void {
  new Meter(schema, document, variables).measure(operationName);
}

class Meter {
  readonly #schema: GraphQLSchema;
  readonly #document: DocumentNode;
  readonly #variables: Variables;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  #cost = 0;

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: Variables) {
    this.#schema = schema;
    this.#document = document;
    this.#variables = variables;
    for (const one of document.definitions) {
      if (one.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(one.name.value, one);
    }
  }

  measure(operationName?: string | null): void {
    for (const one of this.#document.definitions) {
      if (one.kind !== Kind.OPERATION_DEFINITION) continue;
      if (operationName && one.name?.value !== operationName) continue;
      const defaults = this.#defaultsOf(one);
      this.#add(one.selectionSet, this.#schema.getQueryType()!, { depth: 1, times: 1, first: DEFAULT_FIRST, defaults });
    }
  }

  #add(set: SelectionSetNode, type: GraphQLNamedType, place: Place): void {
    for (const one of set.selections) {
      if (one.kind === Kind.FIELD) this.#addField(one, type, place);
      else if (one.kind === Kind.INLINE_FRAGMENT) this.#add(one.selectionSet, type, place);
      else this.#add(this.#fragments.get(one.name.value)!.selectionSet, type, place);
    }
  }

  #addField(node: FieldNode, parent: GraphQLNamedType, { depth, times, first, defaults }: Place): void {
    const field = isObjectType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (depth > DEEPEST) throw new GraphQLError(`The query nests deeper than ${DEEPEST} fields.`, { nodes: node });
    const size = field ? sizeOf(field, first) : 1;
    this.#cost += times * size + (field?.resolve ? READ : 0);
    if (this.#cost > DEAREST) {
      throw new GraphQLError(`The query costs more than ${DEAREST}: ask for fewer fields or smaller pages.`);
    }
    // an introspection field
    if (!field) return;
    const type = getNamedType(field.type);
    if (!node.selectionSet || !isCompositeType(type)) return;
    const isPage = field.args.some(({ name }) => name === 'first');
    this.#add(node.selectionSet, type, {
      depth: depth + 1,
      times: times * size,
      first: isPage ? this.#firstOf(node, defaults) : first,
      defaults,
    });
  }

  /** A page that is larger or smaller than allowed is refused by its own field. */
  #firstOf(node: FieldNode, defaults: Variables): number {
    const value = node.arguments?.find(({ name }) => name.value === 'first')?.value;
    if (value?.kind === Kind.INT) return Math.max(1, Number(value.value));
    if (value?.kind !== Kind.VARIABLE) return DEFAULT_FIRST;
    const name = value.name.value;
    const given = this.#variables[name] ?? defaults[name];
    return typeof given === 'number' ? Math.max(1, given) : DEFAULT_FIRST;
  }

  #defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Variables {
    return Object.fromEntries(
      variableDefinitions.flatMap(({ variable, defaultValue }) =>
        defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)]] : [],
      ),
    );
  }
}

function sizeOf({ name, type }: GraphQLField<unknown, unknown>, first: number): number {
  if (!isListType(getNullableType(type))) return 1;
  return name === 'edges' ? first : LIST;
}

interface Place {
  readonly depth: number;
  /** How many objects of this kind the answer may hold. */
  readonly times: number;
  /** Of the connection around. */
  readonly first: number;
  /** Of the operation's variables. */
  readonly defaults: Variables;
}
