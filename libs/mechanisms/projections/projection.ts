import type { MigrationInterface } from 'typeorm';
import type { Entity } from '#mechanisms/schemas/entity';

/** One version of a read model: the topics that it is a function of, and the PostgreSQL schema that holds its tables. */
export interface Projection {
  /** Lower snake case; unique among the projections that share a database. */
  readonly name: string;
  /** From 1. Another version is another schema, filled from offset 0; a schema is never renamed or refilled. */
  readonly version: number;
  /** `<name>_v<version>`: the PostgreSQL schema, and the projection's name in logs and consumer groups. */
  readonly schema: string;
  /** The entities whose events it reads; one handler each, and each writes tables of its own. */
  readonly sources: readonly Entity[];
  /** Run in order, once per database, before the first event; the schema exists when they run. */
  readonly migrations: readonly MigrationClass[];
}

/** A TypeORM migration; its class name ends in a 13-digit timestamp, as TypeORM demands. */
export type MigrationClass = new () => MigrationInterface;

/** Declares a projection. Throws when the name cannot be a part of a PostgreSQL schema's name. */
export function projection(declared: Omit<Projection, 'schema'>): Projection {
  const schema = `${declared.name}_v${declared.version}`;
  if (!/^[a-z][a-z0-9_]{0,40}_v[1-9][0-9]{0,5}$/.test(schema)) {
    throw new Error(`A projection's name is lower snake case and its version an integer from 1; not ${schema}.`);
  }
  return { ...declared, schema };
}
