import { setTimeout as sleep } from 'node:timers/promises';
import { sentenceFor } from '../report.ts';
import type { Difference } from '../report.ts';

/** How long to wait for facts that are on their way. */
export interface Settling {
  /** A difference that stands for so long, while nothing new is written, stands. */
  readonly quietMs: number;
  /** Even when something is written all the time. */
  readonly mostMs: number;
  readonly pauseMs: number;
}

/** Reads on and says what differs now, and whether anything was new. */
type Look = () => Promise<{ found: readonly Difference[]; moved: boolean }>;

/** What differs in every look from the first to the last; what comes up meanwhile is left to the next time. */
export async function standingDifferences(look: Look, { quietMs, mostMs, pauseMs }: Settling): Promise<Difference[]> {
  const begun = Date.now();
  let quietSince = begun;
  let standing = bySentence((await look()).found);
  while (standing.size > 0 && Date.now() - quietSince < quietMs && Date.now() - begun < mostMs) {
    await sleep(pauseMs);
    const { found, moved } = await look();
    if (moved) quietSince = Date.now();
    const now = bySentence(found);
    standing = new Map([...standing].filter(([sentence]) => now.has(sentence)));
  }
  return [...standing.values()];
}

const bySentence = (found: readonly Difference[]): Map<string, Difference> =>
  new Map(found.map((one) => [sentenceFor(one), one]));
