import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import { keyOf } from './codec.ts';
import { checkCursors, readControl } from './control.ts';
import { PartitionRefused } from './errors.ts';
import type { Image } from './image.ts';
import { loadImage } from './load-image.ts';
import { Ownership } from './ownership.ts';
import type { OwnerContext, Tail } from './ownership.ts';
import { rebuildLatest } from './rebuild-latest.ts';

/**
 * Becomes the partition's owner. Fences first, then reads the ends: in the other order a zombie could still commit
 * between the two, and its facts would be missing from the image. Ends with a committed claim.
 * @throws PartitionRefused when the twins disagree, the latest records are newer than this program, or a cursor is not true
 */
export async function takeOver<State, Command, Event extends DomainEvent>(
  context: OwnerContext<State, Command, Event>,
): Promise<Ownership<State>> {
  const { model, codec, log, sources, clock, self } = context;
  const { events, latest, control } = model.entity;
  const writer = await log.open();
  try {
    const ends = new Map<string, number>();
    for (const { topic } of [events, latest, control]) ends.set(topic, await log.endOffset(topic));
    const loaded = await loadImage(context, ends.get(latest.topic)!);
    const stale = loaded.oldestFold < model.foldVersion;
    const end = ends.get(events.topic)!;
    const tail = stale
      ? await rebuildLatest(context, writer, loaded.image, end)
      : await checkTwins(context, loaded.image, loaded.eventsOffset, end);
    if (stale) ends.set(latest.topic, await log.endOffset(latest.topic));
    const before = await readControl(context);
    const cursors = await checkCursors(before, sources);
    const claim = { ...self, since: clock.now(), sources: sources.topics };
    const ownership = new Ownership({ writer, image: loaded.image, claim, cursors, nextOffsets: ends, ...tail });
    const firstCursors = [...cursors].filter(([source]) => !before.cursors.has(source));
    const records = firstCursors.map(([source, cursor]) => codec.cursorRecord(source, cursor, claim.since));
    await ownership.commit([{ topic: control.topic, records: [...records, codec.claimRecord(claim, claim.since)] }]);
    return ownership;
  } catch (error) {
    await writer.close();
    throw error;
  }
}

/**
 * Throws what a take-over would be refused for now. It fences nobody, so whoever repairs a stopped partition meanwhile is
 * not disturbed.
 */
export async function checkPartition<State, Command, Event extends DomainEvent>(
  context: OwnerContext<State, Command, Event>,
): Promise<void> {
  const { model, log, sources } = context;
  const { events, latest } = model.entity;
  const { image, eventsOffset, oldestFold } = await loadImage(context, await log.endOffset(latest.topic));
  if (oldestFold >= model.foldVersion) {
    await checkTwins(context, image, eventsOffset, await log.endOffset(events.topic));
  }
  await checkCursors(await readControl(context), sources);
}

/** Reads the events from the newest latest record's batch on: the image must hold every one of them. */
async function checkTwins<State, Command, Event extends DomainEvent>(
  { model, codec, log }: OwnerContext<State, Command, Event>,
  image: Image<State>,
  from: number,
  end: number,
): Promise<Tail> {
  const { topic } = model.entity.events;
  let tail: Tail = { lastEventOffset: -1, lastOccurredAt: 0 };
  for await (const records of log.read(topic, from, end)) {
    for (const record of records) {
      const { entityVersion } = codec.decodeEvent(record).meta;
      const held = image.get(keyOf(record)).version;
      if (held < entityVersion)
        throw new PartitionRefused(twinsDisagree(model.entity.name, log.partition, record.offset));
      tail = { lastEventOffset: record.offset, lastOccurredAt: record.timestamp };
    }
  }
  return tail;
}

const twinsDisagree = (entity: string, partition: number, offset: number) =>
  `${entity}-latest-${partition} lacks the event at offset ${offset} of ${entity}-events-${partition}; ` +
  `rebuild it from the events with: npm run factstream -- rebuild-latest ${entity}`;
