import { compareCounts } from './compare-counts.ts';
import { compareRows } from './compare-rows.ts';
import type { StoredTable } from './compare-rows.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { EventHistory } from './event-history.ts';
import { ParkedEvents } from './parked-events.ts';
import { ReadModel } from './read-model.ts';
import type { Sources } from './sources.ts';
import type { Table } from './table.ts';

/** What one projection makes of a topic. */
export interface VerifiedProjection {
  readonly name: string;
  readonly tables: readonly Table[];
}

/**
 * I4 and I5: the rows of a projection against a fold of exactly the events that it has applied, and what it counted; answers
 * how many rows there are by table.
 */
export async function verifyProjection(
  { name, tables }: VerifiedProjection,
  topic: string,
  history: EventHistory,
  catchUpMs: number,
  letters: DeadLetters,
  sources: Sources,
): Promise<Record<string, number>> {
  const { log, database, report } = sources;
  const model = await ReadModel.current(database, name, topic);
  if (!model) {
    report.notCompared.add(`There is no version of ${name} to answer queries from.`);
    return {};
  }
  if (!(await model.caughtUp(await log.ends(topic), catchUpMs))) {
    report.notCompared.add(
      `The projection ${name} is behind ${topic} and did not catch up within ${catchUpMs} ms: ${model.schema} was compared with the events that it has read.`,
    );
  }
  return model.inSnapshot(async () => {
    const checkpoints = await model.checkpoints();
    const offsets = Array.from(checkpoints, (checkpoint) => checkpoint?.nextOffset ?? 0);
    await history.readTo(await withinLog(model, offsets, sources));
    const parked = await ParkedEvents.read(model, sources, letters, history.faults);
    const isApplied = (partition: number, offset: number): boolean =>
      offset < (offsets[partition] ?? 0) && !parked.has(partition, offset);
    const stored: StoredTable[] = [];
    for (const table of tables) {
      const place = `${model.schema}.${table.name}`;
      const columns = await model.columns(table);
      if (columns.length > 0) stored.push({ place, table, pages: model.rows(table, columns) });
      else report.notCompared.add(`There is no table ${place}.`);
    }
    const counts = await compareRows(stored, history.archive.moments(isApplied), report);
    const records = history.archive.countBefore(offsets);
    checkpoints.forEach((checkpoint, number) => {
      const found = { checkpoint, records: records[number]!, parked: parked.counts[number] ?? 0 };
      compareCounts(model.schema, { partition: `${topic}-${number}`, ...found }, report);
    });
    return counts;
  });
}

/** A checkpoint beyond the end of the log belongs to another log. */
async function withinLog(
  { projection, schema, topic }: ReadModel,
  offsets: readonly number[],
  { log, report }: Sources,
): Promise<number[]> {
  const ends = await log.ends(topic);
  return ends.map((end, partition) => {
    const found = offsets[partition] ?? 0;
    if (found <= end) return found;
    const what = `the checkpoint for ${topic}-${partition}`;
    const expected = `at most ${end}`;
    report.differences.add({ invariant: 'I4', entity: projection, place: schema, what, expected, found });
    return end;
  });
}
