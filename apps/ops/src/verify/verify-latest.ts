import { setTimeout as sleep } from 'node:timers/promises';
import { compareLatest } from './compare-latest.ts';
import type { EventHistory } from './event-history.ts';
import type { Folded } from './fold-entity.ts';
import type { KafkaLog } from './kafka-log.ts';
import { LatestRecords } from './latest-records.ts';
import type { Latest } from './latest-records.ts';
import type { Entries } from './scratch/scratch-map.ts';
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
  await repeat(
    () => latest.readOn(),
    () => !someOlder(latest.records, history.entities),
    settleMs,
  );
  await repeat(
    async () => history.readTo(await log.ends(events), (id) => latest.records.get(id)?.version ?? 0),
    () => !someOlder(history.entities, latest.records),
    settleMs,
  );
}

/** Until it is enough or the time is up, which counts from the first look: with many entities a look is long. */
async function repeat(step: () => Promise<void>, isEnough: () => boolean, timeoutMs: number): Promise<void> {
  let deadline = Infinity;
  for (;;) {
    await step();
    if (isEnough() || Date.now() >= deadline) return;
    deadline = Math.min(deadline, Date.now() + timeoutMs);
    await sleep(POLL_MS);
  }
}

type Versions = Entries<Folded | Latest>;

const someOlder = (these: Versions, those: Versions): boolean =>
  Iterator.from(those).some(([id, { version }]) => version > (these.get(id)?.version ?? 0));
