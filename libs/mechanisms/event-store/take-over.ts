import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import { checkCursors, readControl } from './control.ts';
import { Ownership } from './ownership.ts';
import type { OwnerContext } from './ownership.ts';
import { takeImage } from './take-image.ts';

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
    const { image, tail } = await takeImage(context, writer, ends);
    try {
      const before = await readControl(context);
      const cursors = await checkCursors(before, sources);
      const claim = { ...self, since: clock.now(), sources: sources.topics };
      const nextOffsets = ends.set(latest.topic, image.position!.latest);
      const { parked } = before;
      const ownership = new Ownership({ writer, image, claim, cursors, parked, nextOffsets, ...tail });
      const firstCursors = [...cursors].filter(([source]) => !before.cursors.has(source));
      const records = firstCursors.map(([source, cursor]) => codec.cursorRecord(source, cursor, claim.since));
      await ownership.commit([{ topic: control.topic, records: [...records, codec.claimRecord(claim, claim.since)] }]);
      return ownership;
    } catch (error) {
      await image.close();
      throw error;
    }
  } catch (error) {
    await writer.close();
    throw error;
  }
}
