import type { DeadLetter, DeadLetterFilter, Redriven } from '#mechanisms/dead-letters/index';
import { placeOf } from '#mechanisms/event-store/index';
import type { ParkedFact } from '#mechanisms/event-store/index';
import type { ParkedOutcome } from '#mechanisms/reactions/index';

/** A fact as a dead letter, and where it is parked: several commands of it, or several partitions, may be. */
export interface ParkedLetter {
  /** `<topic>-<partition>/<offset>`. */
  readonly id: string;
  readonly letter: DeadLetter;
  readonly parked: readonly Parked[];
}

interface Parked {
  readonly partition: number;
  readonly fact: ParkedFact;
}

/** In the order of topic, partition and offset. */
export function lettersOf(consumer: string, parked: readonly Parked[]): ParkedLetter[] {
  const byFact = Map.groupBy(parked, ({ fact }) => `${fact.source}/${fact.offset}`);
  const letters = [...byFact].map(([id, same]) => ({ id, letter: letterOf(consumer, same), parked: same }));
  return letters.toSorted(
    ({ letter: a }, { letter: b }) =>
      a.topic.localeCompare(b.topic) || a.partition - b.partition || a.offset - b.offset,
  );
}

/** As the one tells it that was tried most often. */
function letterOf(consumer: string, same: readonly Parked[]): DeadLetter {
  const [{ fact }] = same.toSorted((a, b) => b.fact.attempts - a.fact.attempts) as [Parked];
  const { offset, sourceKey, eventId, behindOffset, error, attempts, firstFailedAt, lastFailedAt } = fact;
  const times = { attempts, firstFailedAt, lastFailedAt };
  const { topic, partition } = placeOf(fact.source);
  return {
    consumer,
    topic,
    partition,
    offset,
    entity: sourceKey,
    eventId: eventId || null,
    behindOffset,
    error,
    ...times,
  };
}

/** An entity is found by its own id, and by that of the entity that its fact is for. */
export function isWanted({ letter, parked }: ParkedLetter, filter: DeadLetterFilter): boolean {
  const { consumer, topic, entity, error, since, until } = filter;
  return (
    (consumer ?? letter.consumer) === letter.consumer &&
    (topic ?? letter.topic) === letter.topic &&
    (entity === undefined || entity === letter.entity || parked.some(({ fact }) => fact.entityId === entity)) &&
    letter.error.toLowerCase().includes((error ?? '').toLowerCase()) &&
    (since === undefined || letter.firstFailedAt >= since.getTime()) &&
    (until === undefined || letter.firstFailedAt < until.getTime())
  );
}

const LEFT: readonly ParkedOutcome['outcome'][] = ['parked', 'behind', 'waiting', 'unknown'];

/** The outcomes, in their order, by source entity. */
export function redrivenBy(letters: readonly ParkedLetter[], outcomes: readonly ParkedOutcome[]): Redriven[] {
  const byId = new Map(letters.map((letter) => [letter.id, letter]));
  const known = outcomes.filter(({ name, outcome }) => outcome !== 'gone' && byId.has(factOf(name)));
  const byFact = Map.groupBy(known, ({ name }) => factOf(name));
  const byEntity = Map.groupBy(byFact, ([id]) => {
    const { topic, entity } = byId.get(id)!.letter;
    return entity === null ? id : `${topic}/${entity}`;
  });
  return [...byEntity.values()].map((facts) => {
    const { consumer, topic, partition, entity } = byId.get(facts[0]![0])!.letter;
    const left = facts.filter(([, some]) => some.some(({ outcome }) => LEFT.includes(outcome)));
    const why = left.flatMap(([id, some]) => some.map((one) => ({ id, ...one }))).find(isFailure);
    const failed = why && { offset: byId.get(why.id)!.letter.offset, error: why.detail ?? why.outcome };
    const counts = { applied: facts.length - left.length, duplicates: 0, left: left.length };
    return { consumer, topic, partition, entity, ...counts, ...(failed && { failed }) };
  });
}

const isFailure = ({ outcome }: ParkedOutcome): boolean => outcome !== 'behind' && LEFT.includes(outcome);

/** A name without the ordinal of a command. */
const factOf = (name: string): string => name.split('/').slice(0, 2).join('/');
