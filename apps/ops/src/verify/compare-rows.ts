import type { Moment } from './event-archive.ts';
import type { Report } from './report.ts';
import { sameValue } from './same-value.ts';
import { byBytes } from './scratch/outer-join.ts';
import type { Row, Table } from './table.ts';
import { metaOf } from './writer-schemas.ts';

/** A table and what stands in it, some rows at a time, in the order of ids and versions. */
export interface StoredTable {
  /** Its full name. */
  readonly place: string;
  readonly table: Table;
  readonly pages: AsyncIterator<readonly Row[], void>;
}

/**
 * I4: each table has a row for whatever the events say should have one, no other, and each says what the events say.
 * Moments come in the order of the rows, so that one pass over them is enough for all tables, and a page of each.
 * Answers how many rows it saw, by place.
 */
export async function compareRows(
  tables: readonly StoredTable[],
  moments: Iterable<Moment>,
  report: Report,
): Promise<Record<string, number>> {
  const comparisons = tables.map((table) => new RowComparison(table, report));
  if (comparisons.length > 0) {
    for (const moment of moments) for (const comparison of comparisons) await comparison.take(moment);
  }
  const counts: Record<string, number> = {};
  for (const comparison of comparisons) counts[comparison.place] = await comparison.end();
  return counts;
}

interface Place {
  readonly entity: string;
  readonly version: number;
}

/** One table beside the events. */
class RowComparison {
  readonly place: string;
  private readonly table: Table;
  private readonly pages: StoredTable['pages'];
  private readonly report: Report;
  private page: readonly Row[] = [];
  /** In the page: the first row that was not looked at. */
  private position = 0;
  private count = 0;
  private unknown: readonly string[] | undefined;

  constructor({ place, table, pages }: StoredTable, report: Report) {
    this.place = place;
    this.table = table;
    this.pages = pages;
    this.report = report;
  }

  /** Looks at the row that is there because of this moment, and at those that nothing asks for before it. */
  async take(moment: Moment): Promise<void> {
    const expected = this.table.rowOf(moment);
    if (!expected) return;
    const wanted = { entity: moment.entity, version: this.versionIn(metaOf(moment.event).entityVersion) };
    for (let row = await this.next(); row; row = await this.next()) {
      const found = this.placeOf(row);
      const before = order(found, wanted);
      if (before > 0) break;
      this.position += 1;
      if (before === 0) return this.compare(found, expected, row);
      this.differs(found, 'the row', undefined, row);
    }
    this.differs(wanted, 'the row', expected, undefined);
  }

  /** Looks at what is left; answers how many rows there were. */
  async end(): Promise<number> {
    for (let row = await this.next(); row; row = await this.next()) {
      this.position += 1;
      this.differs(this.placeOf(row), 'the row', undefined, row);
    }
    for (const column of this.unknown ?? []) {
      this.report.notCompared.add(`${this.place} has a column ${column}, which is not known.`);
    }
    return this.count;
  }

  private compare(place: Place, expected: Row, found: Row): void {
    this.unknown ??= Object.keys(found).filter((column) => !(column in expected));
    for (const [column, value] of Object.entries(expected)) {
      if (!sameValue(value, found[column])) this.differs(place, column, value, found[column]);
    }
  }

  private differs({ entity, version }: Place, column: string, expected: unknown, found: unknown): void {
    const what = this.table.isByVersion ? `${column} of version ${version}` : column;
    this.report.differences.add({ invariant: 'I4', entity, place: this.place, what, expected, found });
  }

  private placeOf(row: Row): Place {
    return { entity: String(row[this.table.idColumn]), version: this.versionIn(row['version']) };
  }

  private versionIn(version: unknown): number {
    return this.table.isByVersion ? Number(version) : 0;
  }

  /** Undefined at the end. */
  private async next(): Promise<Row | undefined> {
    while (this.position === this.page.length) {
      const { value } = await this.pages.next();
      if (!value) return undefined;
      this.page = value;
      this.position = 0;
      this.count += value.length;
    }
    return this.page[this.position];
  }
}

const order = (a: Place, b: Place): number => byBytes(a.entity, b.entity) || a.version - b.version;
