import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import { PartitionRefused } from '../errors.ts';
import { StoreFailed } from '../image/entity-store.ts';
import type { Image } from '../image/image.ts';
import type { PartitionWriter } from '../log/partition-log.ts';
import { checkCursors, readControl } from './control.ts';
import { loadImage } from './load-image.ts';
import { memoryImage, storedImage } from './open-image.ts';
import type { OwnerContext, Tail } from './ownership.ts';
import { rebuildLatest } from './rebuild-latest.ts';

interface Taken<State> {
  readonly image: Image<State>;
  readonly tail: Tail;
}

/** Of a local store that fails: it is removed after the first, and done without after the second. */
const ATTEMPTS_WITH_STORE = 2;

/**
 * The partition's image, complete up to `ends`: from the local store and what the topic has beyond it, or from the
 * topic alone. Call it once the partition is fenced. @throws PartitionRefused
 */
export async function takeImage<State, Command, Event extends DomainEvent>(
  context: OwnerContext<State, Command, Event>,
  writer: PartitionWriter,
  ends: ReadonlyMap<string, number>,
): Promise<Taken<State>> {
  const { stores, log, model } = context;
  const attempts = stores ? ATTEMPTS_WITH_STORE : 0;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    try {
      const image = await storedImage(context, ends);
      if (!image) break;
      return await complete(context, writer, image, ends);
    } catch (error) {
      if (!(error instanceof StoreFailed)) throw error;
      stores?.tell(log.partition, `cannot take over with the local store: ${error.message}`);
    }
  }
  return complete(context, writer, memoryImage(model), ends);
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
  const ends = new Map<string, number>();
  for (const { topic } of [latest, events]) ends.set(topic, await log.endOffset(topic));
  const image = (await storedImage(context, ends)) ?? memoryImage(model);
  try {
    const { eventsOffset, oldestFold } = await loadImage(context, image, ends.get(latest.topic)!);
    if (oldestFold >= model.foldVersion) await checkTwins(context, image, eventsOffset, ends.get(events.topic)!);
  } finally {
    await image.close();
  }
  await checkCursors(await readControl(context), sources);
}

async function complete<State, Command, Event extends DomainEvent>(
  context: OwnerContext<State, Command, Event>,
  writer: PartitionWriter,
  image: Image<State>,
  ends: ReadonlyMap<string, number>,
): Promise<Taken<State>> {
  const { events, latest } = context.model.entity;
  const end = ends.get(events.topic)!;
  try {
    const loaded = await loadImage(context, image, ends.get(latest.topic)!);
    const isStale = loaded.oldestFold < context.model.foldVersion;
    const { latestEnd = ends.get(latest.topic)!, ...tail } = isStale
      ? await rebuildLatest(context, writer, image, ends)
      : await checkTwins(context, image, loaded.eventsOffset, end);
    image.merge([], { latest: latestEnd, event: tail.lastEvent });
    return { image, tail };
  } catch (error) {
    await image.close();
    throw error;
  }
}

/** Reads the events from the newest latest record's batch on: the image must hold every one of them. */
async function checkTwins<State, Command, Event extends DomainEvent>(
  { model, codec, log }: OwnerContext<State, Command, Event>,
  image: Image<State>,
  from: number,
  end: number,
): Promise<Tail & { latestEnd?: undefined }> {
  const { topic } = model.entity.events;
  let tail: Tail = { lastEvent: undefined, lastOccurredAt: 0 };
  for await (const records of log.read(topic, from, end)) {
    for (const record of records) {
      const own = codec.decodeOwnEvent(record);
      if (!own) continue;
      const { entityVersion, eventId } = own.meta;
      if (image.get(own.entityId).version < entityVersion)
        throw new PartitionRefused(twinsDisagree(model.entity.name, log.partition, record.offset));
      tail = { lastEvent: { offset: record.offset, id: eventId }, lastOccurredAt: record.timestamp };
    }
  }
  return tail;
}

const twinsDisagree = (entity: string, partition: number, offset: number) =>
  `${entity}-latest-${partition} lacks the event at offset ${offset} of ${entity}-events-${partition}; ` +
  `rebuild it from the events with: npm run factstream -- rebuild-latest ${entity}`;
