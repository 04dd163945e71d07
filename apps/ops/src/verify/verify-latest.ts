import { setTimeout as sleep } from 'node:timers/promises';
import { compareLatest } from './compare-latest.ts';
import type { EventHistory } from './event-history.ts';
import type { Folded } from './fold-entity.ts';
import type { KafkaLog } from './kafka-log.ts';
import { LatestRecords } from './latest-records.ts';
import type { Latest } from './latest-records.ts';
import { outerJoin } from './scratch/outer-join.ts';
import type { Sorted } from './scratch/outer-join.ts';
import type { Sources } from './sources.ts';

interface Topics {
  readonly events: string;
  readonly latest: string;
  readonly idField: string;
}

const POLL_MS = 100;

/** I3 and I7 on a running system as well as on one at rest; answers the latest records that it saw. */
export async function verifyLatest(
  topics: Topics,
  history: EventHistory,
  settleMs: number,
  sources: Sources,
): Promise<number> {
  const latest = await LatestRecords.open(topics, sources);
  await history.readOn();
  await settle(topics, settleMs, sources.log, history, latest);
  compareLatest(topics.latest, history.entities, latest.records, sources.report);
  return latest.records.size;
}

/**
 * Brings both topics to the same transactions. Their records are committed together, but one topic may show them a
 * moment before the other, and on a running system the topic that is read second holds newer ones.
 */
async function settle(
  { events }: Topics,
  settleMs: number,
  log: KafkaLog,
  history: EventHistory,
  latest: LatestRecords,
): Promise<void> {
  let older = { latest: false, events: false };
  await repeat(async () => {
    await latest.readOn();
    older = olderOnes(history.entities, latest.records);
    return !older.latest;
  }, settleMs);
  if (!older.events) return;
  await repeat(async () => {
    await history.readTo(await log.ends(events), (id) => latest.records.get(id)?.version ?? 0);
    older = olderOnes(history.entities, latest.records);
    return !older.events;
  }, settleMs);
}

/** Until it answers true or the time is up, which counts from the first time: with many entities one takes long. */
async function repeat(step: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  let deadline = Infinity;
  while (!(await step()) && Date.now() < deadline) {
    deadline = Math.min(deadline, Date.now() + timeoutMs);
    await sleep(POLL_MS);
  }
}

/** Which of the two has entities in a version that is older than in the other. */
function olderOnes(entities: Sorted<Folded>, records: Sorted<Latest>): { latest: boolean; events: boolean } {
  const older = { latest: false, events: false };
  for (const [, { version: ours = 0 } = {}, { version: theirs = 0 } = {}] of outerJoin(entities, records)) {
    older.latest ||= theirs < ours;
    older.events ||= ours < theirs;
    if (older.latest && older.events) break;
  }
  return older;
}
