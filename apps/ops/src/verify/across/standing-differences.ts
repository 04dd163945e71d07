import { setTimeout as sleep } from 'node:timers/promises';
import { sentenceFor } from '../report.ts';
import type { Difference } from '../report.ts';
import type { EntryMap } from '../scratch/scratch-map.ts';

/** How long to wait for facts that are on their way. */
export interface Settling {
  /** A difference that stands for so long, while nothing new is written, stands. */
  readonly quietMs: number;
  /** Even when something is written all the time. */
  readonly mostMs: number;
  readonly pauseMs: number;
}

/** Reads on and says whether anything was new, and what differs now. */
type Look = () => Promise<{ moved: boolean; found: Iterable<Difference> }>;

/** What differs in every look from the first to the last; what comes up meanwhile is left to the next time. */
export async function standingDifferences(
  look: Look,
  { quietMs, mostMs, pauseMs }: Settling,
  newMap: () => EntryMap<Difference>,
): Promise<Iterable<Difference>> {
  let [standing, again] = [newMap(), newMap()];
  for (const one of (await look()).found) standing.set(sentenceFor(one), one);
  const begun = Date.now();
  let quietSince = begun;
  while (standing.size > 0 && Date.now() - quietSince < quietMs && Date.now() - begun < mostMs) {
    await sleep(pauseMs);
    const { moved, found } = await look();
    if (moved) quietSince = Date.now();
    for (const one of found) {
      const sentence = sentenceFor(one);
      if (standing.has(sentence)) again.set(sentence, one);
    }
    [standing, again] = [again, standing];
    again.clear();
  }
  return Iterator.from(standing).map(([, one]) => one);
}
