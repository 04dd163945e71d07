import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import type { LogRecord } from '#mechanisms/kafka/index';
import { keyOf } from '../codec.ts';
import type { Image, ImageChange } from '../image/image.ts';
import { entityOf, requireKnownFold } from '../image/latest-record.ts';
import type { OwnerContext } from './ownership.ts';

/**
 * Reads a partition's latest records into `image`, from its position, or from the beginning, to `end`. `eventsOffset` is
 * the offset from which on the events may hold more than they do; `oldestFold` the lowest fold version among them.
 * @throws PartitionRefused when a newer program wrote them
 */
export async function loadImage<State, Command, Event extends DomainEvent>(
  { model, codec, log }: Pick<OwnerContext<State, Command, Event>, 'model' | 'codec' | 'log'>,
  image: Image<State>,
  end: number,
) {
  const { topic } = model.entity.latest;
  let eventsOffset = image.position?.event?.offset ?? 0;
  let oldestFold = model.foldVersion;
  const changeOf = (record: LogRecord): ImageChange<State> => {
    const entityId = keyOf(record);
    if (!record.value) return { entityId, entity: undefined };
    const decoded = codec.decodeLatest(record);
    const { meta } = decoded;
    requireKnownFold({ model, log }, meta);
    oldestFold = Math.min(oldestFold, meta.foldVersion);
    eventsOffset = Math.max(eventsOffset, meta.eventsOffset);
    return { entityId, entity: entityOf(model, decoded), value: record.value };
  };
  const from = image.position?.latest ?? (await log.startOffset(topic));
  for await (const records of log.read(topic, from, end)) {
    await image.load(records.values().map(changeOf)); // one at a time: decoded they take many times the room
  }
  return { eventsOffset, oldestFold };
}
