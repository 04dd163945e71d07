import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import type { OutgoingRecord } from '#mechanisms/kafka/index';
import { keyOf } from './codec.ts';
import { PartitionRefused } from './errors.ts';
import type { EntityImage, Image, ImageChange } from './image.ts';
import type { OwnerContext, Tail } from './ownership.ts';
import type { PartitionWriter } from './partition-log.ts';

const BYTES_PER_TRANSACTION = 256 * 1024;
const ENTITIES_AT_ONCE = 1_000;

/**
 * Folds every event of the partition into `image`, keeping only the remembered client keys of what it held, and
 * rewrites every latest record; one without any event is deleted. A crash half-way leaves old and new records, each true;
 * the next owner starts again. Of each entity only the id is in memory, beyond what the image holds there.
 * @throws PartitionRefused when an entity's versions are not dense
 */
export async function rebuildLatest<State, Command, Event extends DomainEvent>(
  { model, codec, log }: Pick<OwnerContext<State, Command, Event>, 'model' | 'codec' | 'log'>,
  writer: PartitionWriter,
  image: Image<State>,
  end: number,
): Promise<Tail & { latestEnd: number | undefined }> {
  const { topic } = model.entity.events;
  image.invalidate();
  const folded = new Set<string>();
  let tail: Tail = { lastEvent: undefined, lastOccurredAt: 0 };
  let latestEnd: number | undefined;

  const recordOf = (id: string, entity: EntityImage<State>): OutgoingRecord => {
    const { state, version: entityVersion, clientKeys } = entity;
    const eventsOffset = tail.lastEvent?.offset ?? 0;
    const meta = { entityVersion, eventsOffset, foldVersion: model.foldVersion, clientKeys };
    return codec.latestRecord(id, meta, model.toLatest(state), tail.lastOccurredAt);
  };
  const changeOf = ([entityId, entity]: readonly [string, EntityImage<State>]): ImageChange<State> => ({
    entityId,
    entity,
    value: recordOf(entityId, entity).value!,
  });
  const rewrite = async (outgoing: Iterable<OutgoingRecord>) => {
    for (const records of chunks(outgoing)) {
      const [committed] = await writer.commit([{ topic: model.entity.latest.topic, records }]);
      latestEnd = committed!.baseOffset + records.length + 1;
    }
  };

  for await (const records of log.read(topic, await log.startOffset(topic), end)) {
    const touched = new Map<string, EntityImage<State>>();
    for (const record of records) {
      const id = keyOf(record);
      const { meta, event } = codec.decodeEvent(record);
      const held = touched.get(id) ?? image.get(id);
      const before = folded.has(id) ? held : { ...held, state: model.decider.initialState, version: 0 };
      if (meta.entityVersion !== before.version + 1) throw new PartitionRefused(gap(topic, record.offset, id, before));
      const state = model.decider.evolve(before.state, event, meta);
      touched.set(id, { ...before, state, version: meta.entityVersion });
      folded.add(id);
      tail = { lastEvent: { offset: record.offset, id: meta.eventId }, lastOccurredAt: record.timestamp };
    }
    await image.load([...touched].map(changeOf));
  }
  await rewrite(folded.values().map((id) => recordOf(id, image.get(id))));

  const without = [...image.ids()].filter((id) => !folded.has(id) && image.get(id).version > 0);
  for (let at = 0; at < without.length; at += ENTITIES_AT_ONCE) {
    await image.load(without.slice(at, at + ENTITIES_AT_ONCE).map((entityId) => ({ entityId, entity: undefined })));
  }
  await rewrite(without.map((key) => ({ key, value: null, timestamp: tail.lastOccurredAt })));
  return { ...tail, latestEnd };
}

function* chunks(records: Iterable<OutgoingRecord>): Generator<OutgoingRecord[]> {
  let chunk: OutgoingRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    chunk.push(record);
    bytes += record.value?.length ?? 0;
    if (bytes < BYTES_PER_TRANSACTION) continue;
    yield chunk;
    chunk = [];
    bytes = 0;
  }
  if (chunk.length > 0) yield chunk;
}

const gap = (topic: string, offset: number, id: string, { version }: EntityImage<unknown>) =>
  `${topic} at offset ${offset}: the event of ${id} does not continue its version ${version}.`;
