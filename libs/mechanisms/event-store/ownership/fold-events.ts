import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import { PartitionRefused } from '../errors.ts';
import type { EntityImage, Image, ImageChange } from '../image/image.ts';
import { toLatestRecord } from '../image/latest-record.ts';
import type { OwnerContext, Tail } from './ownership.ts';

/**
 * Folds every event of the partition below `end` into an empty image, which holds no client keys then.
 * @throws PartitionRefused when an entity's versions are not dense
 */
export async function foldEvents<State, Command, Event extends DomainEvent>(
  { model, codec, log }: Pick<OwnerContext<State, Command, Event>, 'model' | 'codec' | 'log'>,
  image: Image<State>,
  end: number,
): Promise<Tail> {
  const { topic } = model.entity.events;
  let tail: Tail = { lastEvent: undefined, lastOccurredAt: 0 };
  const changeOf = ([entityId, entity]: readonly [string, EntityImage<State>]): ImageChange<State> => {
    const about = { eventsOffset: 0, timestamp: tail.lastOccurredAt };
    return { entityId, entity, value: toLatestRecord({ model, codec }, entityId, entity, about).value! };
  };
  for await (const records of log.read(topic, await log.startOffset(topic), end)) {
    const changed = new Map<string, EntityImage<State>>();
    for (const record of records) {
      const own = codec.decodeOwnEvent(record);
      if (!own) continue;
      const { entityId: id, meta, event } = own;
      const before = changed.get(id) ?? image.get(id);
      if (meta.entityVersion !== before.version + 1) throw new PartitionRefused(gap(topic, record.offset, id, before));
      const state = model.decider.evolve(before.state, event, meta);
      changed.set(id, { ...before, state, version: meta.entityVersion });
      tail = { lastEvent: { offset: record.offset, id: meta.eventId }, lastOccurredAt: record.timestamp };
    }
    await image.load(changed.entries().map(changeOf));
  }
  return tail;
}

const gap = (topic: string, offset: number, id: string, { version }: EntityImage<unknown>) =>
  `${topic} at offset ${offset}: the event of ${id} does not continue its version ${version}.`;
