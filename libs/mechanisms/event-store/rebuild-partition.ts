import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import type { SchemaCatalogue } from '#mechanisms/schemas/index';
import { EntityCodec } from './codec.ts';
import { loadImage } from './load-image.ts';
import type { EventModel } from './model.ts';
import { memoryImage } from './open-image.ts';
import type { PartitionLog } from './partition-log.ts';
import { rebuildLatest } from './rebuild-latest.ts';

/**
 * Rewrites one partition's latest records from its events, for when they disagree; answers how many entities it holds.
 * It claims nothing: an owner that runs meanwhile is fenced, and takes over again on the rebuilt records.
 */
export async function rebuildPartition<State, Command, Event extends DomainEvent>(
  model: EventModel<State, Command, Event>,
  catalogue: SchemaCatalogue,
  log: PartitionLog,
): Promise<number> {
  const codec = new EntityCodec<Event>(model.entity, catalogue);
  const context = { model, codec, log };
  const writer = await log.open();
  try {
    const latestEnd = await log.endOffset(model.entity.latest.topic);
    const eventsEnd = await log.endOffset(model.entity.events.topic);
    const image = memoryImage(model);
    await loadImage(context, image, latestEnd);
    await rebuildLatest(context, writer, image, eventsEnd);
    return image.size;
  } finally {
    await writer.close();
  }
}
