import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import type { SchemaCatalogue } from '#mechanisms/schemas/index';
import { systemClock } from '../clock.ts';
import { EntityCodec } from '../codec.ts';
import type { LocalStores } from '../image/local-stores.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import type { EventModel } from '../model.ts';
import { memoryImage, storedImage } from './open-image.ts';
import { rebuildLatest } from './rebuild-latest.ts';

/**
 * Rewrites one partition's latest records from its events, for when they disagree; answers how many entities it holds.
 * It claims nothing: an owner that runs meanwhile is fenced, and takes over again on the rebuilt records. Without `stores`
 * every entity is held in memory meanwhile.
 */
export async function rebuildPartition<State, Command, Event extends DomainEvent>(
  model: EventModel<State, Command, Event>,
  catalogue: SchemaCatalogue,
  log: PartitionLog,
  stores?: LocalStores,
): Promise<number> {
  const { events, latest } = model.entity;
  const context = { model, codec: new EntityCodec<Event>(model.entity, catalogue), log, clock: systemClock, stores };
  const writer = await log.open();
  try {
    const ends = new Map<string, number>();
    for (const { topic } of [latest, events]) ends.set(topic, await log.endOffset(topic));
    const image = (await storedImage(context, ends)) ?? memoryImage(model);
    try {
      await rebuildLatest(context, writer, image, ends);
      return image.size;
    } finally {
      await image.close();
    }
  } finally {
    await writer.close();
  }
}
