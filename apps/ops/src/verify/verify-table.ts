import { compareRows } from './compare-rows.ts';
import { EventHistory } from './event-history.ts';
import type { EventTopic } from './event-history.ts';
import type { KafkaLog } from './kafka-log.ts';
import { Report } from './report.ts';
import type { Sources } from './sources.ts';
import { TableRows } from './table-rows.ts';
import type { CurrentTable, Row } from './table-rows.ts';

/** I4: the rows of one table against a fold of exactly the events that its projection has read; answers how many rows there are. */
export async function verifyTable(
  topic: EventTopic,
  table: CurrentTable,
  catchUpMs: number,
  { log, schemas, database, report }: Sources,
): Promise<number> {
  const rows = new TableRows(database, table, topic.events);
  // the events themselves are checked where all of them are read
  const history = await EventHistory.open(log, topic, schemas, new Report());
  const columns = await rows.columns();
  if (columns.length === 0) {
    report.notCompared.push(`There is no table ${table.name}.`);
    return 0;
  }
  if (!(await rows.caughtUp(await log.ends(topic.events), catchUpMs))) {
    report.notCompared.push(
      `The projection ${table.projection} is behind ${topic.events} and did not catch up within ${catchUpMs} ms: ${table.name} was compared with the events that it has read.`,
    );
  }
  return rows.inSnapshot(async () => {
    await history.readTo(await withinLog(await rows.checkpoints(), topic, table, log, report));
    const first = history.entities.values().next().value;
    const known: Row = first ? table.rowOf(first) : {};
    for (const { name } of columns) {
      if (first && !(name in known)) report.notCompared.push(`${table.name} has a column ${name}, which is not known.`);
    }
    return compareRows(table, history.entities, rows.all(columns), report);
  });
}

/** A checkpoint beyond the end of the log belongs to another log. */
async function withinLog(
  checkpoints: readonly number[],
  { events }: EventTopic,
  { projection, name }: CurrentTable,
  log: KafkaLog,
  report: Report,
): Promise<number[]> {
  const ends = await log.ends(events);
  return ends.map((end, partition) => {
    const found = checkpoints[partition] ?? 0;
    if (found <= end) return found;
    const what = `the checkpoint for ${events}-${partition}`;
    report.add({ invariant: 'I4', entity: projection, place: name, what, expected: `at most ${end}`, found });
    return end;
  });
}
