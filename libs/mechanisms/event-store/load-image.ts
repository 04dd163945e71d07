import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import { keyOf } from './codec.ts';
import { PartitionRefused } from './errors.ts';
import { Image } from './image.ts';
import type { OwnerContext } from './ownership.ts';

/**
 * Reads a partition's latest records up to `end`. `eventsOffset` is the offset from which on the events may hold more
 * than they do; `oldestFold` the lowest fold version among them.
 * @throws PartitionRefused when a newer program wrote them
 */
export async function loadImage<State, Command, Event extends DomainEvent>(
  { model, codec, log }: Pick<OwnerContext<State, Command, Event>, 'model' | 'codec' | 'log'>,
  end: number,
) {
  const { topic } = model.entity.latest;
  const image = new Image(model.decider.initialState);
  let eventsOffset = 0;
  let oldestFold = model.foldVersion;
  for await (const records of log.read(topic, await log.startOffset(topic), end)) {
    for (const record of records) {
      if (!record.value) {
        image.delete(keyOf(record));
        continue;
      }
      const { meta, fields } = codec.decodeLatest(record);
      if (meta.foldVersion > model.foldVersion)
        throw new PartitionRefused(tooNew(topic, log.partition, meta.foldVersion));
      oldestFold = Math.min(oldestFold, meta.foldVersion);
      eventsOffset = Math.max(eventsOffset, meta.eventsOffset);
      const { entityVersion: version, clientKeys } = meta;
      image.set(keyOf(record), { state: model.fromLatest(fields), version, clientKeys });
    }
  }
  return { image, eventsOffset, oldestFold };
}

const tooNew = (topic: string, partition: number, foldVersion: number) =>
  `${topic}-${partition} was written with fold version ${foldVersion}, newer than this program's: deploy the newer program.`;
