import { belongsTo } from '#mechanisms/kafka/index';
import type { Attempt } from '#mechanisms/kafka/index';
import type { PartitionLog } from '../log/partition-log.ts';

/** A transaction whose outcome is not known, and from where in each topic its records would stand. */
export interface Unsettled {
  readonly attempt: Attempt;
  readonly from: ReadonlyMap<string, number>;
}

/** What the log says of it. `firstOffsets` has the offset of its first record found in each topic. */
export type Settlement =
  { readonly committed: true; readonly firstOffsets: ReadonlyMap<string, number> } | { readonly committed: false };

/**
 * Looks for the attempt's records in the topics that it wrote. Call it after a new epoch has fenced the attempt's:
 * only then is the outcome final. A batch is atomic, so one record found decides all.
 */
export async function settle(log: PartitionLog, { attempt, from }: Unsettled): Promise<Settlement> {
  const firstOffsets = new Map<string, number>();
  for (const { topic, partition } of attempt.partitions) {
    const known = from.get(topic);
    if (known === undefined) continue; // others write there as well; what the owner owns decides
    const start = Math.max(known, await log.startOffset(topic));
    const offset = await firstOf(log, topic, start, (record) => belongsTo(attempt, topic, partition, record));
    if (offset !== undefined) firstOffsets.set(topic, offset);
  }
  return firstOffsets.size > 0 ? { committed: true, firstOffsets } : { committed: false };
}

async function firstOf(
  log: PartitionLog,
  topic: string,
  from: number,
  matches: (record: Parameters<typeof belongsTo>[3]) => boolean,
): Promise<number | undefined> {
  for await (const records of log.read(topic, from, await log.endOffset(topic))) {
    const found = records.find(matches);
    if (found) return found.offset;
  }
  return undefined;
}
