import { compareRows } from './compare-rows.ts';
import type { EventHistory } from './event-history.ts';
import { ReadModel } from './read-model.ts';
import type { Sources } from './sources.ts';
import type { Table } from './table.ts';

/** What one projection makes of a topic. */
export interface VerifiedProjection {
  readonly name: string;
  readonly tables: readonly Table[];
}

/** I4: the rows of a projection against a fold of exactly the events that it has read; answers how many there are by table. */
export async function verifyProjection(
  { name, tables }: VerifiedProjection,
  topic: string,
  history: EventHistory,
  catchUpMs: number,
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
    await history.readTo(await withinLog(model, checkpoints, sources));
    const isApplied = (partition: number, offset: number): boolean => offset < (checkpoints[partition] ?? 0);
    const counts: Record<string, number> = {};
    for (const table of tables) {
      const place = `${model.schema}.${table.name}`;
      const columns = await model.columns(table);
      if (columns.length === 0) {
        report.notCompared.add(`There is no table ${place}.`);
        continue;
      }
      const moments = history.archive.moments(isApplied);
      counts[place] = await compareRows(place, table, moments, model.rows(table, columns), report);
    }
    return counts;
  });
}

/** A checkpoint beyond the end of the log belongs to another log. */
async function withinLog(
  { projection, schema, topic }: ReadModel,
  checkpoints: readonly number[],
  { log, report }: Sources,
): Promise<number[]> {
  const ends = await log.ends(topic);
  return ends.map((end, partition) => {
    const found = checkpoints[partition] ?? 0;
    if (found <= end) return found;
    const what = `the checkpoint for ${topic}-${partition}`;
    const expected = `at most ${end}`;
    report.differences.add({ invariant: 'I4', entity: projection, place: schema, what, expected, found });
    return end;
  });
}
