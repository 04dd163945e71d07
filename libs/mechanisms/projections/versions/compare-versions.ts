import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Postgres } from '../database/postgres.ts';
import { compareTables } from './compare-tables.ts';
import type { Difference } from './compare-tables.ts';
import { nameOf, VersionRefused, versionsOf } from './version-changes.ts';
import { behindIn, offsetsOf, VersionHold } from './version-hold.ts';
import { parkedIn } from './versions.ts';
import type { VersionRow } from './versions.ts';

export interface Comparison {
  readonly old: VersionRow;
  readonly next: VersionRow;
  readonly rows: number;
  /** The first one; missing when all rows are the same. */
  readonly difference?: Difference;
  /** Sentences: what was left out because the two revisions do not both have it, and what may explain a difference. */
  readonly notes: readonly string[];
}

/** Which versions; the current one of the newest revision, and the newest of all, when none is named. */
export interface Compared {
  readonly projection: string;
  readonly old?: number;
  readonly next?: number;
}

const SNAPSHOT = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
const PATIENCE_MS = 30_000;
const POLL_MS = 50;

/**
 * Compares two versions row by row as they are at the same offsets, while both are being projected. The old one goes on
 * undisturbed: it is read in a snapshot, and the new one is held exactly where that snapshot stands until it has one, too.
 * @throws VersionRefused when they cannot be brought to the same offsets within 30 s
 */
export async function compareVersions(postgres: Postgres, compared: Compared): Promise<Comparison> {
  const [control, oldClient, newClient] = [
    await postgres.connect('compare'),
    await postgres.connect('compare'),
    await postgres.connect('compare'),
  ];
  try {
    const { old, next } = chosen(await versionsOf(control, compared.projection), compared);
    const hold = new VersionHold(control, next);
    try {
      await hold.where(old);
      await snapshotAhead(hold, oldClient, newClient, old, next);
      await hold.moveTo(await offsetsOf(oldClient, old));
      await snapshotAt(hold, oldClient, newClient, old, next);
    } finally {
      await hold.release();
    }
    const [oldSide, newSide] = [
      { client: oldClient, schema: nameOf(old) },
      { client: newClient, schema: nameOf(next) },
    ];
    const parked = [...(await noteParked(oldClient, old)), ...(await noteParked(newClient, next))];
    const result = await compareTables(oldSide, newSide, old.revision !== next.revision);
    return { old, next, ...result, notes: [...parked, ...result.notes] };
  } finally {
    await Promise.all([control.end(), oldClient.end(), newClient.end()]);
  }
}

function chosen(versions: readonly VersionRow[], { old: oldNumber, next: newNumber }: Compared) {
  const next = newNumber === undefined ? versions.at(-1)! : versions.find(({ version }) => version === newNumber);
  const old =
    oldNumber === undefined
      ? versions.findLast((one) => one.isCurrent && one !== next)
      : versions.find(({ version }) => version === oldNumber);
  if (old && next && old !== next) return { old, next };
  throw new VersionRefused(`Two versions are needed; there are ${versions.map(nameOf).join(', ')}.`);
}

/** A snapshot of the old version, as soon as it is nowhere behind where the new one is held. */
async function snapshotAhead(
  hold: VersionHold,
  oldClient: Client,
  newClient: Client,
  old: VersionRow,
  next: VersionRow,
): Promise<void> {
  const held = await offsetsOf(newClient, next);
  await until(hold, async () => {
    await oldClient.query(SNAPSHOT);
    const behind = behindIn(await offsetsOf(oldClient, old), held);
    if (behind) await oldClient.query('ROLLBACK');
    return behind && `${nameOf(old)} stays behind ${nameOf(next)} on ${behind.topic}-${behind.partition}.`;
  });
}

/** A snapshot of the new version at the offsets of the old one's. */
async function snapshotAt(
  hold: VersionHold,
  oldClient: Client,
  newClient: Client,
  old: VersionRow,
  next: VersionRow,
): Promise<void> {
  const target = await offsetsOf(oldClient, old);
  await until(hold, async () => {
    await newClient.query(SNAPSHOT);
    const reached = await offsetsOf(newClient, next);
    const behind = behindIn(reached, target);
    if (behind) await newClient.query('ROLLBACK');
    else if (behindIn(target, reached)) throw new VersionRefused(`${nameOf(next)} could not be held; try again.`);
    return (
      behind && `${nameOf(next)} is behind ${nameOf(old)} on ${behind.topic}-${behind.partition}; let it catch up.`
    );
  });
}

async function noteParked(client: Client, version: VersionRow): Promise<string[]> {
  const parked = await parkedIn(client, version);
  return parked > 0 ? [`${nameOf(version)} has ${parked} parked events.`] : [];
}

/** Asks again and again, for 30 s at most, until there is no reason against it. @throws VersionRefused the last reason */
async function until(hold: VersionHold, reasonAgainst: () => Promise<string | undefined>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let renewedAt = performance.now(); ;) {
    const reason = await reasonAgainst();
    if (reason === undefined) return;
    if (performance.now() >= deadline) throw new VersionRefused(reason);
    if (performance.now() - renewedAt > 1_000) {
      await hold.renew();
      renewedAt = performance.now();
    }
    await sleep(POLL_MS);
  }
}
