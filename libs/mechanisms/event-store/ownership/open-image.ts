import { createHash } from 'node:crypto';
import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import { StoreFailed } from '../image/entity-store.ts';
import type { EntityStore } from '../image/entity-store.ts';
import type { Image } from '../image/image.ts';
import { entityOf } from '../image/latest-record.ts';
import { MemoryImage } from '../image/memory-image.ts';
import { StoredImage } from '../image/stored-image.ts';
import type { EventModel } from '../model.ts';
import type { OwnerContext } from './ownership.ts';

/**
 * The topic forgets a deletion after a day; a store that is older than this, and behind, may hold what was deleted.
 * In milliseconds.
 */
const MOST_BEHIND_MS = 12 * 60 * 60 * 1000;

type ImageContext<State, Command, Event extends DomainEvent> = Pick<
  OwnerContext<State, Command, Event>,
  'model' | 'codec' | 'log' | 'clock' | 'stores'
>;

/** An empty image in memory. */
export function memoryImage<State, Command, Event extends DomainEvent>(
  model: EventModel<State, Command, Event>,
): Image<State> {
  return new MemoryImage(model.decider.initialState, activity(model));
}

/**
 * The image over the partition's local store, as far as it is true of this log and this program, else emptied; undefined
 * when there is none. Call it once the partition is fenced. `ends` are the ends of its topics. @throws StoreFailed
 */
export async function storedImage<State, Command, Event extends DomainEvent>(
  context: ImageContext<State, Command, Event>,
  ends: ReadonlyMap<string, number>,
): Promise<Image<State> | undefined> {
  const { model, codec, log, clock, stores } = context;
  const store = stores?.open(model.entity.name, log.partition);
  if (!stores || !store) return undefined;
  try {
    const fault = await faultOf(store, context, ends);
    if (fault) {
      stores.tell(log.partition, `the local store is rebuilt from ${model.entity.latest.topic}: ${fault}`);
      await store.clear();
    }
    return new StoredImage({
      store,
      clock,
      cache: stores.cache,
      initialState: model.decider.initialState,
      decode: (value) => entityOf(model, codec.decodeLatest({ value })),
      isActive: activity(model),
      about: { entity: model.entity.name, foldVersion: model.foldVersion, activity: activityText(model) },
      onTrouble: ({ message }) => stores.tell(log.partition, message),
    });
  } catch (error) {
    await (error instanceof StoreFailed ? store.discard() : store.close());
    throw error;
  }
}

const activity =
  <State, Command, Event extends DomainEvent>(model: EventModel<State, Command, Event>) =>
  (state: State): boolean =>
    model.deadline?.(state) !== undefined || model.openRequest?.(state) !== undefined;

/** Changes with the functions themselves; of a change in what they call, only a higher fold version tells. */
function activityText<State, Command, Event extends DomainEvent>(model: EventModel<State, Command, Event>): string {
  const { deadline, openRequest } = model as { deadline?: unknown; openRequest?: unknown };
  return createHash('sha256')
    .update(`${String(deadline)}\n${String(openRequest)}`)
    .digest('base64');
}

/**
 * Why a store must not be believed. Events are never compacted, so the one that it remembers tells whether this is still
 * the log that it was made from.
 */
async function faultOf<State, Command, Event extends DomainEvent>(
  store: EntityStore,
  { model, log, clock }: ImageContext<State, Command, Event>,
  ends: ReadonlyMap<string, number>,
): Promise<string | undefined> {
  const { events, latest, name } = model.entity;
  const header = store.header();
  if (!header && store.size === 0) return undefined;
  if (!header || header.entity !== name) return 'it was not filled to an end';
  if (header.foldVersion !== model.foldVersion) return `its fold version is ${header.foldVersion}`;
  if (header.activity !== activityText(model)) return 'deadlines or open requests are found otherwise now';
  const { event, latest: offset } = header.position;
  const end = ends.get(latest.topic)!;
  if (offset > end) return `it is ahead of the topic, ${offset} to ${end}`;
  if (offset < (await log.startOffset(latest.topic))) return 'records behind it are gone';
  if (offset < end && Math.abs(clock.now() - header.savedAt) > MOST_BEHIND_MS) return 'it is too old';
  if (!event) return 'it knows no event';
  for await (const [record] of log.read(
    events.topic,
    event.offset,
    Math.min(event.offset + 1, ends.get(events.topic)!),
  ))
    if (record?.headers['ce_id']?.toString() === event.id) return undefined;
  return `${events.topic}-${log.partition} does not hold event ${event.id} at offset ${event.offset}: it is another log`;
}
