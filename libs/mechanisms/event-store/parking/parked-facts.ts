import { inParkedOrder, lanesOf, parkedName } from './parked-fact.ts';
import type { ParkedFact } from './parked-fact.ts';

/** Facts of one source partition that may be parked for a fault of their own; with one more, the source stops. */
export const MOST_FAULTY = 100;

/** Facts that may be parked in one partition, of all sources, also those that only wait behind others. */
const MOST_PARKED = 1_000;

/** The parked facts of one owned partition. */
export class ParkedFacts {
  private readonly facts: Map<string, ParkedFact>;
  private readonly lanes = new Map<string, number>();
  private lastSequence = 0;

  constructor(facts: Iterable<ParkedFact> = []) {
    this.facts = new Map();
    for (const fact of facts) this.set(fact);
  }

  get size(): number {
    return this.facts.size;
  }

  get nextSequence(): number {
    return this.lastSequence + 1;
  }

  get(name: string): ParkedFact | undefined {
    return this.facts.get(name);
  }

  /** Whether a command of the same fact is parked. */
  holds({ source, offset }: Pick<ParkedFact, 'source' | 'offset'>): boolean {
    return this.facts.values().some((fact) => fact.source === source && fact.offset === offset);
  }

  /** In the order in which they were parked. */
  all(): ParkedFact[] {
    return [...this.facts.values()].toSorted(inParkedOrder);
  }

  /** The first parked fact that this one must not overtake; of those that are parked, only earlier ones count. */
  ahead(fact: Pick<ParkedFact, 'source' | 'sourceKey' | 'entityId'> | ParkedFact): ParkedFact | undefined {
    const lanes = lanesOf(fact);
    if (!lanes.some((lane) => this.lanes.has(lane))) return undefined;
    const isAhead = (other: ParkedFact) => !('sequence' in fact) || inParkedOrder(other, fact) < 0;
    return this.all().find((other) => isAhead(other) && lanesOf(other).some((lane) => lanes.includes(lane)));
  }

  /** Whether one more of a source may be parked. */
  hasRoomFor(source: string, isFaulty: boolean): boolean {
    if (this.size >= MOST_PARKED) return false;
    if (!isFaulty) return true;
    const faulty = [...this.facts.values()].filter((fact) => fact.source === source && fact.attempts > 0);
    return faulty.length < MOST_FAULTY;
  }

  set(fact: ParkedFact): void {
    const name = parkedName(fact);
    this.delete(name);
    this.facts.set(name, fact);
    for (const lane of lanesOf(fact)) this.lanes.set(lane, (this.lanes.get(lane) ?? 0) + 1);
    this.lastSequence = Math.max(this.lastSequence, fact.sequence);
  }

  delete(name: string): void {
    const fact = this.facts.get(name);
    if (!fact) return;
    this.facts.delete(name);
    for (const lane of lanesOf(fact)) {
      const left = this.lanes.get(lane)! - 1;
      if (left > 0) this.lanes.set(lane, left);
      else this.lanes.delete(lane);
    }
  }

  copy(): ParkedFacts {
    return new ParkedFacts(this.facts.values());
  }
}

/** Of parked facts, in their order: the named ones, and all that must keep their order with any of these. */
export function relatedTo(parked: readonly ParkedFact[], names: readonly string[]): ParkedFact[] {
  const related = new Set(parked.filter((fact) => names.includes(parkedName(fact))));
  const lanes = new Set([...related].flatMap(lanesOf));
  for (let before = -1; before < related.size;) {
    before = related.size;
    for (const fact of parked) {
      if (related.has(fact) || !lanesOf(fact).some((lane) => lanes.has(lane))) continue;
      related.add(fact);
      for (const lane of lanesOf(fact)) lanes.add(lane);
    }
  }
  return [...related].toSorted(inParkedOrder);
}
