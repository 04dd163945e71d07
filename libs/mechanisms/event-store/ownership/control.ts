import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import type { Entity } from '#mechanisms/schemas/index';
import { OWNER_KEY } from '../claim.ts';
import type { OwnerClaim } from '../claim.ts';
import { BEFORE_THE_FIRST, CURSOR_KEY, factIdOf, sourceName } from '../cursor.ts';
import type { ReactionCursor, SourceName } from '../cursor.ts';
import { PartitionRefused } from '../errors.ts';
import { PARKED_KEY } from '../parking/parked-fact.ts';
import type { ParkedFact } from '../parking/parked-fact.ts';
import { ParkedFacts } from '../parking/parked-facts.ts';
import type { SourceLog } from '../sources.ts';
import type { OwnerContext } from './ownership.ts';

/** What the control topic says of a partition. */
export interface Control {
  readonly claim: OwnerClaim | undefined;
  readonly cursors: Map<SourceName, ReactionCursor>;
  readonly parked: ParkedFacts;
}

export async function readControl<State, Command, Event extends DomainEvent>({
  model,
  codec,
  log,
}: Pick<OwnerContext<State, Command, Event>, 'codec' | 'log'> & {
  readonly model: { readonly entity: Entity };
}): Promise<Control> {
  const { topic } = model.entity.control;
  let claim: OwnerClaim | undefined;
  const cursors = new Map<SourceName, ReactionCursor>();
  const parked = new Map<string, ParkedFact>();
  for await (const records of log.read(topic, await log.startOffset(topic), await log.endOffset(topic))) {
    for (const record of records) {
      const key = record.key?.toString() ?? '';
      if (key === OWNER_KEY) claim = codec.decodeClaim(record);
      else if (key.startsWith(CURSOR_KEY)) cursors.set(key.slice(CURSOR_KEY.length), codec.decodeCursor(record));
      else if (!key.startsWith(PARKED_KEY)) continue;
      else if (record.value) parked.set(key, codec.decodeParked(record));
      else parked.delete(key);
    }
  }
  return { claim, cursors, parked: new ParkedFacts(parked.values()) };
}

/**
 * The cursor of every source partition; those of a topic that no claim has named yet start before its first fact.
 * @throws PartitionRefused when a cursor is lost, or the fact that it names is not where it was: the source was truncated
 * or made anew, and going on would apply facts twice or never.
 */
export async function checkCursors(
  { claim, cursors }: Control,
  sources: SourceLog,
): Promise<Map<SourceName, ReactionCursor>> {
  const checked = new Map<SourceName, ReactionCursor>();
  for (const topic of sources.topics) {
    for (let partition = 0; partition < sources.partitions; partition += 1) {
      const source = sourceName(topic, partition);
      const cursor = cursors.get(source);
      if (!cursor && claim?.sources.includes(topic)) throw new PartitionRefused(`The cursor of ${source} is lost.`);
      if (cursor && cursor.offset >= 0) await checkFact(sources, topic, partition, cursor);
      checked.set(source, cursor ?? BEFORE_THE_FIRST);
    }
  }
  return checked;
}

async function checkFact(sources: SourceLog, topic: string, partition: number, cursor: ReactionCursor): Promise<void> {
  const { offset, eventId } = cursor;
  for await (const [record] of sources.read(topic, partition, offset, offset + 1)) {
    if (record && factIdOf(record) === eventId) return;
  }
  throw new PartitionRefused(
    `${topic}-${partition} does not hold the event ${eventId} at offset ${offset} that this partition has reacted to: ` +
      'the topic was truncated or made anew.',
  );
}
