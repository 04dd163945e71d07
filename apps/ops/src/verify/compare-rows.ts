import type { Folded } from './fold-entity.ts';
import type { Report } from './report.ts';
import { sameValue } from './same-value.ts';
import type { CurrentTable, Row } from './table-rows.ts';

/** I4: the table has a row for every entity that was folded, no other, and each says what the events say. Answers how many rows it saw. */
export async function compareRows(
  { name: place, idColumn, rowOf }: CurrentTable,
  folded: ReadonlyMap<string, Folded>,
  rows: AsyncIterable<Row>,
  report: Report,
): Promise<number> {
  const missing = new Set(folded.keys());
  let count = 0;
  for await (const row of rows) {
    count += 1;
    const entity = row[idColumn] as string;
    missing.delete(entity);
    const known = folded.get(entity);
    if (known) compareRow(place, entity, rowOf(known), row, report);
    else report.add({ invariant: 'I4', entity, place, what: 'the row', expected: undefined, found: row });
  }
  for (const entity of missing) {
    const expected = rowOf(folded.get(entity)!);
    report.add({ invariant: 'I4', entity, place, what: 'the row', expected, found: undefined });
  }
  return count;
}

function compareRow(place: string, entity: string, wanted: Row, row: Row, report: Report): void {
  for (const [what, expected] of Object.entries(wanted)) {
    const found = row[what];
    if (!sameValue(expected, found)) report.add({ invariant: 'I4', entity, place, what, expected, found });
  }
}
