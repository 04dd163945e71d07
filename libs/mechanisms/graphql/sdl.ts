import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import { printSchema } from 'graphql';
import type { Graph } from './graph.module.ts';

/** The schema of a graph in GraphQL's own language. Nothing of the graph is instantiated. */
export async function sdlOf({ resolvers }: Graph): Promise<string> {
  const app = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, { logger: false });
  const schema = await app.get(GraphQLSchemaFactory).create([...resolvers]);
  await app.close();
  return `${printSchema(schema)}\n`;
}
