import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import { PartitionRefused } from '../errors.ts';
import type { PartitionWriter } from '../log/partition-log.ts';
import { checkCursors, readControl } from './control.ts';
import type { Control } from './control.ts';
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
  const { model, log } = context;
  const { events, latest, control } = model.entity;
  const writer = await log.open();
  try {
    const ends = new Map<string, number>();
    for (const { topic } of [events, latest, control]) ends.set(topic, await log.endOffset(topic));
    const before = await readControl(context);
    try {
      return await claimPartition(context, writer, ends, before);
    } catch (error) {
      if (error instanceof PartitionRefused) await makeSureOfEpoch(context, writer, before);
      throw error;
    }
  } catch (error) {
    await writer.close();
    throw error;
  }
}

async function claimPartition<State, Command, Event extends DomainEvent>(
  context: OwnerContext<State, Command, Event>,
  writer: PartitionWriter,
  ends: Map<string, number>,
  before: Control,
): Promise<Ownership<State>> {
  const { model, codec, sources, clock, self } = context;
  const { latest, control } = model.entity;
  const { image, tail } = await takeImage(context, writer, ends);
  try {
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
}

/**
 * What a process reads that was fenced meanwhile may be superseded and compacted away: then it contradicts itself, and
 * nothing is wrong. The commit throws that it is fenced. It names no sources that have no cursors yet.
 */
async function makeSureOfEpoch<State, Command, Event extends DomainEvent>(
  { model, codec, clock, self }: OwnerContext<State, Command, Event>,
  writer: PartitionWriter,
  { claim }: Control,
): Promise<void> {
  const since = clock.now();
  const record = codec.claimRecord({ ...self, since, sources: claim?.sources ?? [] }, since);
  await writer.commit([{ topic: model.entity.control.topic, records: [record] }]);
}
