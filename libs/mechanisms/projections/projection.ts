import type { MigrationInterface } from 'typeorm';
import type { Entity } from '#mechanisms/schemas/entity';

/** A read model: the topics that it is a function of, and how its tables are made. */
export interface Projection {
  /** Lower snake case; unique among the projections that share a database. */
  readonly name: string;
  /**
   * Of the code, from 1: raised when the tables would have to be filled anew to be what the code now makes of the same
   * events. Each revision has versions of its own.
   */
  readonly revision: number;
  /** The entities whose events it reads; one handler each, and each writes tables of its own. */
  readonly sources: readonly Entity[];
  /** Run in order, once per version, with its schema as the search path: they name their tables alone. */
  readonly migrations: readonly MigrationClass[];
}

/** One filling of a projection's tables from offset 0, in a PostgreSQL schema that is never renamed or refilled. */
export interface ProjectionVersion extends Projection {
  /** From 1, in the order of their making. */
  readonly version: number;
  /** See {@link schemaOf}. */
  readonly schema: string;
}

/** A TypeORM migration; its class name ends in a 13-digit timestamp, as TypeORM demands. */
export type MigrationClass = new () => MigrationInterface;

/** Declares a projection. Throws when the name cannot be a part of a PostgreSQL schema's name. */
export function projection(declared: Projection): Projection {
  const { name, revision } = declared;
  if (!/^[a-z][a-z0-9_]{0,40}$/.test(name) || !Number.isSafeInteger(revision) || revision < 1) {
    throw new Error(
      `A projection's name is lower snake case and its revision an integer from 1; not ${name}, ${revision}.`,
    );
  }
  return declared;
}

/** The version of a projection with this number. */
export const versionOf = (declared: Projection, version: number): ProjectionVersion => ({
  ...declared,
  version,
  schema: schemaOf(declared.name, version),
});

/** What a version is called everywhere: its PostgreSQL schema, its consumer group, its name in logs and for operators. */
export const schemaOf = (name: string, version: number): string => `${name}_v${version}`;
