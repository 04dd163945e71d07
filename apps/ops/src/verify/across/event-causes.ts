import type { Observer } from '../event-history.ts';
import type { TopicRecord } from '../kafka-log.ts';
import { placeOf } from '../report.ts';
import type { Difference } from '../report.ts';
import type { EntryMap } from '../scratch/scratch-map.ts';
import { metaOf } from '../writer-schemas.ts';
import type { Decoded } from '../writer-schemas.ts';

interface Effect {
  readonly commandId: string;
  readonly version: number;
  readonly occurredAt: number;
}

interface Caused {
  readonly entity: string;
  readonly place: string;
  readonly causationId: string;
}

/** A client's key stands for one command for this long, a fact for one reaction of each context for ever. */
const KEY_LIFETIME_MS = 24 * 3_600_000;

/**
 * I1 and I2 as far as the log can tell: what an event says it follows from is in the log, and what follows from one
 * cause in one entity is of one command, in consecutive events. To be told every event, each topic in its order.
 */
export class EventCauses implements Observer {
  /** The topic of every event, by its id. */
  readonly topicOf: EntryMap<string>;
  private readonly effects: EntryMap<Effect>;
  /** By the id of the event. */
  private readonly unresolved: EntryMap<Caused>;
  /** By the place of the event. */
  private readonly doubled: EntryMap<Difference>;

  constructor(newMap: <V>() => EntryMap<V>) {
    this.topicOf = newMap();
    this.effects = newMap();
    this.unresolved = newMap();
    this.doubled = newMap();
  }

  take(record: TopicRecord, event: Decoded): void {
    const { eventId, causationId, commandId } = metaOf(event);
    const entity = record.key ?? 'without a key';
    const place = placeOf(record);
    // what a request to the outside leads to may be told in several steps, each a command of its own
    const foreign = causationId !== commandId && this.topicOf.get(causationId) !== record.topic;
    if (causationId !== commandId && !this.topicOf.has(causationId)) {
      this.unresolved.set(eventId, { entity, place, causationId });
    }
    this.topicOf.set(eventId, record.topic);
    this.follow(foreign ? `${causationId}/${entity}` : commandId, foreign, entity, place, event);
  }

  /** An event may be read before its cause in another topic is: ask when all that was there is read. */
  *differences(): Generator<Difference> {
    for (const [eventId, { entity, place, causationId }] of this.unresolved) {
      if (this.topicOf.has(causationId)) this.unresolved.delete(eventId);
      else yield { invariant: 'I1', entity, place, what: 'its cause', expected: 'in the log', found: causationId };
    }
    for (const [, difference] of this.doubled) yield difference;
  }

  private follow(cause: string, foreign: boolean, entity: string, place: string, event: Decoded): void {
    const { commandId, entityVersion: version, occurredAt } = metaOf(event);
    const before = this.effects.get(cause);
    const isNew = !before || (!foreign && occurredAt - before.occurredAt >= KEY_LIFETIME_MS);
    if (isNew) return void this.effects.set(cause, { commandId, version, occurredAt });
    if (before.commandId === commandId && version === before.version + 1) {
      return void this.effects.set(cause, { ...before, version });
    }
    const what = foreign ? `the reaction to ${cause.split('/')[0]!}` : `the effect of command ${commandId}`;
    const found = `again in version ${version}, after version ${before.version}`;
    this.doubled.set(place, { invariant: 'I1', entity, place, what, expected: 'once', found });
  }
}
