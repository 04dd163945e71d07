import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationBootstrap, Type } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver } from '@nestjs/mercurius';
import type { MercuriusDriverConfig } from '@nestjs/mercurius';
import type { FastifyInstance } from 'fastify';
import { isIntrospectionType, isObjectType, NoSchemaIntrospectionCustomRule } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import type { MercuriusLoaders } from 'mercurius';
import { GraphController } from './graph.controller.ts';
import type { GraphContext } from './graph.controller.ts';
import { GRAPH_SETTINGS } from './graph-settings.ts';
import type { GraphSettings } from './graph-settings.ts';
import { GraphiqlController } from './graphiql.controller.ts';
import { limitQuery } from './query-cost.ts';

/** Queries that are kept parsed and compiled, and as many that are not valid. */
const KEPT_QUERIES = 256;
const MOST_TOKENS = 2_000;

/** Answers one value for each of the objects that want the field, in their order. */
type Loader = (wanted: never[], context: GraphContext) => Promise<readonly unknown[]>;

/** Reads fields of many objects at once. */
export abstract class GraphLoaders {
  /** By type and field. */
  abstract readonly loaders: Readonly<Record<string, Readonly<Record<string, Loader>>>>;
}

/** The graph of one service. */
export interface Graph extends Pick<GraphSettings, 'projections'> {
  /** Where the query handlers are that its resolvers ask. */
  readonly imports: NonNullable<DynamicModule['imports']>;
  readonly resolvers: readonly Type[];
  readonly loaders?: Type<GraphLoaders>;
}

/**
 * Serves a code-first graph at `/graphql`, and GraphiQL at `/graphiql` outside production. Resolvers and loaders are
 * made once; a field of an object that has no loader is the property of its name.
 */
@Module({})
export class GraphModule implements OnApplicationBootstrap {
  readonly #http: HttpAdapterHost;
  readonly #loaders: GraphLoaders | undefined;

  constructor(http: HttpAdapterHost, @Inject(GraphLoaders) loaders: GraphLoaders | undefined) {
    this.#http = http;
    this.#loaders = loaders;
  }

  static for(
    { imports, resolvers, loaders, projections }: Graph,
    { production }: { readonly production: boolean },
  ): DynamicModule {
    const settings: GraphSettings = { projections, production };
    return {
      module: GraphModule,
      imports: [...imports, GraphQLModule.forRoot<MercuriusDriverConfig>(optionsOf(settings))],
      controllers: [GraphController, ...(production ? [] : [GraphiqlController])],
      providers: [
        ...resolvers,
        { provide: GRAPH_SETTINGS, useValue: settings },
        loaders ? { provide: GraphLoaders, useClass: loaders } : { provide: GraphLoaders, useValue: undefined },
      ],
    };
  }

  onApplicationBootstrap(): void {
    const { graphql } = this.#http.httpAdapter.getInstance<FastifyInstance>();
    if (this.#loaders) graphql.defineLoaders(this.#loaders.loaders as unknown as MercuriusLoaders);
    graphql.addHook('preExecution', async (schema, document, _context, variables) => {
      limitQuery(schema, document, variables);
    });
  }
}

const optionsOf = ({ production }: GraphSettings): MercuriusDriverConfig => ({
  driver: MercuriusDriver,
  autoSchemaFile: true,
  routes: false,
  // compiled when it comes for the second time
  jit: 1,
  cache: KEPT_QUERIES,
  graphql: { parseOptions: { maxTokens: MOST_TOKENS } },
  validationRules: production ? [NoSchemaIntrospectionCustomRule] : [],
  // errors are formatted where they are answered
  errorFormatter: ({ data, errors }) => ({ statusCode: 200, response: { data, errors } }),
  transformSchema: withPlainFields,
});

/** Without a resolver of its own a field is read off its object by compiled code. */
function withPlainFields(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type) || type === schema.getQueryType()) continue;
    for (const field of Object.values(type.getFields())) delete field.resolve;
  }
  return schema;
}
