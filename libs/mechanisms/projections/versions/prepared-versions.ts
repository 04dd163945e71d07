import type { DataSource } from 'typeorm';
import type { Postgres } from '../database/postgres.ts';
import { isMissing } from '../database/postgres-errors.ts';
import type { Projection } from '../projection.ts';
import { prepareDatabase } from './prepare-database.ts';
import { listVersions } from './versions.ts';
import type { VersionRow } from './versions.ts';

/** The versions in a database, after everything that some projections need there has been made. */
export class PreparedVersions {
  readonly #postgres: Postgres;
  readonly #dataSource: DataSource;
  #isPrepared = false;

  constructor(postgres: Postgres, dataSource: DataSource) {
    this.#postgres = postgres;
    this.#dataSource = dataSource;
  }

  /** Makes what is missing first, at the first call and whenever something is gone. */
  async list(projections: readonly Projection[]): Promise<VersionRow[]> {
    const known = this.#isPrepared ? await this.#known() : undefined;
    if (known && projections.every((projection) => isThere(projection, known))) return known;
    await prepareDatabase(this.#postgres, projections);
    if (!this.#dataSource.isInitialized) await this.#dataSource.initialize();
    this.#isPrepared = true;
    return listVersions(this.#postgres.pool);
  }

  async #known(): Promise<VersionRow[] | undefined> {
    try {
      return await listVersions(this.#postgres.pool);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}

/** The versions that this revision of a projection fills. */
export const ownRows = (rows: readonly VersionRow[], { name, revision }: Projection): VersionRow[] =>
  rows.filter((row) => row.projection === name && row.revision === revision);

/** Why no version answers for a projection. */
export const reasonUnserved = (projection: Projection, rows: readonly VersionRow[]): string =>
  ownRows(rows, projection).length === 0
    ? `${projection.name} has only versions of newer programs than this one, of revision ${projection.revision}`
    : `${projection.name} is being filled for revision ${projection.revision} of this program`;

function isThere(projection: Projection, rows: readonly VersionRow[]): boolean {
  const own = ownRows(rows, projection);
  return own.every(({ isWhole }) => isWhole) && (own.length > 0 || isSuperseded(projection, rows));
}

const isSuperseded = ({ name, revision }: Projection, rows: readonly VersionRow[]): boolean =>
  rows.some((row) => row.projection === name && row.revision > revision);
