import { sentenceFor } from './report.ts';
import type { Difference, Report } from './report.ts';
import type { EntryMap } from './scratch/scratch-map.ts';

/**
 * What is wrong with single records of one events topic, kept until it is known which of them somebody has given up in
 * every projection of the topic: those are told as a decision, the others as differences.
 */
export class RecordFaults {
  private readonly report: Report;
  /** By the place of the record. */
  private readonly found: EntryMap<readonly Difference[]>;
  /** How many projections have discarded the record at a place. */
  private readonly discards: EntryMap<number>;
  private areSettled = false;

  constructor(report: Report, newMap: <V>() => EntryMap<V>) {
    this.report = report;
    this.found = newMap();
    this.discards = newMap();
  }

  add(difference: Difference): void {
    if (this.areSettled) return this.report.differences.add(difference);
    const { place } = difference;
    this.found.set(place, [...(this.found.get(place) ?? []), difference]);
  }

  /** To be told once for each projection. */
  discarded(place: string): void {
    this.discards.set(place, (this.discards.get(place) ?? 0) + 1);
  }

  /** Reports them; what is added afterwards is a difference at once. */
  settle(projections: number): void {
    this.areSettled = true;
    for (const [place, differences] of this.found) {
      const isGivenUp = projections > 0 && (this.discards.get(place) ?? 0) >= projections;
      for (const one of differences) {
        if (isGivenUp) this.report.notes.add(`Discarded by every projection: ${sentenceFor(one)}`);
        else this.report.differences.add(one);
      }
    }
  }
}
