import type { Moment } from './event-archive.ts';
import type { Report } from './report.ts';
import { sameValue } from './same-value.ts';
import type { Row, Table } from './table.ts';
import { metaOf } from './writer-schemas.ts';

interface Wanted {
  readonly entity: string;
  readonly version: number;
  readonly row: Row;
}

/**
 * I4: the table has a row for whatever the events say should have one, no other, and each says what the events say.
 * Moments and rows come in the order of ids and versions, so that two at a time are enough. Answers how many rows it saw.
 */
export async function compareRows(
  place: string,
  table: Table,
  moments: Iterable<Moment>,
  rows: AsyncIterable<Row>,
  report: Report,
): Promise<number> {
  const differs = (entity: string, what: string, expected: unknown, found: unknown): void =>
    report.differences.add({ invariant: 'I4', entity, place, what, expected, found });
  const named = (what: string, version: unknown) =>
    table.isByVersion ? `${what} of version ${String(version)}` : what;
  const wanted = rowsWanted(table, moments);
  let next = wanted.next().value;
  const miss = ({ entity, version, row }: Wanted): void => differs(entity, named('the row', version), row, undefined);
  let count = 0;
  let unknown: string[] | undefined;
  for await (const row of rows) {
    count += 1;
    const entity = String(row[table.idColumn]);
    const version = table.isByVersion ? Number(row['version']) : 0;
    for (; next && order(next, { entity, version }) < 0; next = wanted.next().value) miss(next);
    if (next && order(next, { entity, version }) === 0) {
      const { row: expectedRow } = next;
      unknown ??= Object.keys(row).filter((column) => !(column in expectedRow));
      for (const [column, expected] of Object.entries(expectedRow)) {
        if (!sameValue(expected, row[column])) differs(entity, named(column, version), expected, row[column]);
      }
      next = wanted.next().value;
    } else {
      differs(entity, named('the row', version), undefined, row);
    }
  }
  for (; next; next = wanted.next().value) miss(next);
  for (const column of unknown ?? []) report.notCompared.add(`${place} has a column ${column}, which is not known.`);
  return count;
}

function* rowsWanted({ isByVersion, rowOf }: Table, moments: Iterable<Moment>): Generator<Wanted, undefined> {
  for (const moment of moments) {
    const row = rowOf(moment);
    const version = isByVersion ? metaOf(moment.event).entityVersion : 0;
    if (row) yield { entity: moment.entity, version, row };
  }
  return undefined;
}

type Place = Pick<Wanted, 'entity' | 'version'>;

/** As the database orders ids: by their bytes. */
const order = (a: Place, b: Place): number =>
  a.entity === b.entity ? a.version - b.version : Buffer.compare(Buffer.from(a.entity), Buffer.from(b.entity));
