import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { compareRows } from './compare-rows.ts';
import type { FoldedOrder } from './fold-order.ts';
import type { KafkaLog } from '../kafka-log.ts';
import { OrderHistory } from './order-history.ts';
import { compareLatest } from './compare-latest.ts';
import { OrderLatest } from './order-latest.ts';
import type { Latest } from './order-latest.ts';
import { OrderRows } from './order-rows.ts';
import type { OrderTable } from './order-rows.ts';
import type { Report } from '../report.ts';
import { WriterSchemas } from '../writer-schemas.ts';

/** Where orders stand, and how long what is under way may take to arrive there. */
export interface OrderPlaces extends OrderTable {
  readonly schemas: string;
  readonly events: string;
  readonly latest: string;
  /** For the projection to read what is in the log at the start. */
  readonly catchUpMs: number;
  /** For the two topics of one transaction to show it both. */
  readonly settleMs: number;
}

export interface OrderFigures {
  readonly events: number;
  readonly orders: number;
  readonly latest: number;
  readonly rows: number;
}

const POLL_MS = 100;

/** Checks I3, I4 and I7 for orders, on a running system as well as on one at rest. */
export async function verifyOrders(
  places: OrderPlaces,
  log: KafkaLog,
  database: Client,
  report: Report,
): Promise<OrderFigures> {
  const table = new OrderRows(database, places, places.events);
  const schemas = await WriterSchemas.read(log, places.schemas);
  const history = await OrderHistory.open(log, places.events, schemas, report);
  const latest = await OrderLatest.open(log, places.latest, schemas, report);

  if (!(await table.caughtUp(await log.ends(places.events), places.catchUpMs))) {
    report.notCompared.push(
      `The projection ${places.projection} is behind ${places.events} and did not catch up within ${places.catchUpMs} ms: its rows were compared with the events that it has read.`,
    );
  }
  const rows = await table.inSnapshot(async () => {
    const checkpoints = await table.checkpoints();
    await history.readTo(await withinLog(checkpoints, places, log, report));
    return compareRows(places.table, history.orders, table.all(), report);
  });

  await history.readTo(await log.ends(places.events));
  await settle(places, log, history, latest);
  compareLatest(places.latest, history.orders, latest.records, report);
  return { events: history.events, orders: history.orders.size, latest: latest.records.size, rows };
}

/** A checkpoint beyond the end of the log belongs to another log. */
async function withinLog(
  checkpoints: readonly number[],
  { events, projection, table }: OrderPlaces,
  log: KafkaLog,
  report: Report,
): Promise<number[]> {
  const ends = await log.ends(events);
  return ends.map((end, partition) => {
    const found = checkpoints[partition] ?? 0;
    if (found <= end) return found;
    const what = `the checkpoint for ${events}-${partition}`;
    report.add({ invariant: 'I4', entity: projection, place: table, what, expected: `at most ${end}`, found });
    return end;
  });
}

/**
 * Brings both topics to the same transactions. Their records are committed together, but one topic may show them a
 * moment before the other, and on a running system the topic that is read second holds newer ones.
 */
async function settle(
  { events, settleMs }: OrderPlaces,
  log: KafkaLog,
  history: OrderHistory,
  latest: OrderLatest,
): Promise<void> {
  const deadline = Date.now() + settleMs;
  await latest.readOn();
  while (someOlder(latest.records, history.orders) && Date.now() < deadline) {
    await sleep(POLL_MS);
    await latest.readOn();
  }
  while (someOlder(history.orders, latest.records) && Date.now() < deadline) {
    await history.readTo(await log.ends(events), (orderId) => latest.records.get(orderId)?.version ?? 0);
    await sleep(POLL_MS);
  }
}

type Versions = ReadonlyMap<string, Pick<FoldedOrder | Latest, 'version'>>;

const someOlder = (these: Versions, those: Versions): boolean =>
  those.entries().some(([id, { version }]) => version > (these.get(id)?.version ?? 0));
