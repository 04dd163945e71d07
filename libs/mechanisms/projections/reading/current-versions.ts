import { ReadModelUnavailable } from '../errors.ts';
import { versionOf } from '../projection.ts';
import type { Projection, ProjectionVersion } from '../projection.ts';

/** The version that programs of a revision answer from, with one of its checkpoints, if it has any. */
export interface CurrentRow {
  readonly projection: string;
  readonly revision: number;
  readonly version: number;
  readonly topic: string | null;
  readonly partition: number | null;
  readonly next_offset: string | null;
  readonly parked: string | null;
}

/** Answers {@link CurrentRow}s, at least one for each revision of a projection that has a current version. */
export const SELECT_CURRENT = `SELECT projection, revision, version, topic, partition, next_offset, parked
  FROM projections.current LEFT JOIN projections.checkpoints USING (projection, version)`;

/** @throws ReadModelUnavailable when nothing is current yet for the revision of one of the projections */
export const currentAmong = (rows: readonly CurrentRow[], projections: readonly Projection[]): ProjectionVersion[] =>
  projections.map((projection) => {
    const { name, revision } = projection;
    const current = rows.find((row) => row.projection === name && row.revision === revision);
    if (!current) throw new ReadModelUnavailable(`${name} is being filled for revision ${revision} of its program`);
    return versionOf(projection, current.version);
  });
