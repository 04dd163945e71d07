import { setTimeout as sleep } from 'node:timers/promises';
import { compareLatest } from './compare-latest.ts';
import type { EventHistory } from './event-history.ts';
import type { Folded } from './fold-entity.ts';
import type { KafkaLog } from './kafka-log.ts';
import { LatestRecords } from './latest-records.ts';
import type { Latest } from './latest-records.ts';
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
  { log, schemas, report }: Sources,
): Promise<number> {
  const latest = await LatestRecords.open(log, topics, schemas, report);
  await history.readOn();
  await settle(topics, settleMs, log, history, latest);
  compareLatest(topics.latest, history.entities, latest.records, report);
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
  const deadline = Date.now() + settleMs;
  await latest.readOn();
  while (someOlder(latest.records, history.entities) && Date.now() < deadline) {
    await sleep(POLL_MS);
    await latest.readOn();
  }
  while (someOlder(history.entities, latest.records) && Date.now() < deadline) {
    await history.readTo(await log.ends(events), (id) => latest.records.get(id)?.version ?? 0);
    await sleep(POLL_MS);
  }
}

type Versions = ReadonlyMap<string, Pick<Folded | Latest, 'version'>>;

const someOlder = (these: Versions, those: Versions): boolean =>
  those.entries().some(([id, { version }]) => version > (these.get(id)?.version ?? 0));
