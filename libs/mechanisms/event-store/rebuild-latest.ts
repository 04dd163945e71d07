import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import type { OutgoingRecord } from '#mechanisms/kafka/index';
import { keyOf } from './codec.ts';
import { PartitionRefused } from './errors.ts';
import type { EntityImage, Image } from './image.ts';
import type { OwnerContext, Tail } from './ownership.ts';
import type { PartitionWriter } from './partition-log.ts';

const BYTES_PER_TRANSACTION = 256 * 1024;

/**
 * Folds every event of the partition into `image`, keeping only the remembered client keys of what it held, and
 * rewrites every latest record; one without any event is deleted. A crash half-way leaves old and new records, each true; the next owner starts again.
 * @throws PartitionRefused when an entity's versions are not dense
 */
export async function rebuildLatest<State, Command, Event extends DomainEvent>(
  context: Pick<OwnerContext<State, Command, Event>, 'model' | 'codec' | 'log'>,
  writer: PartitionWriter,
  image: Image<State>,
  end: number,
): Promise<Tail> {
  const { model, codec, log } = context;
  const { topic } = model.entity.events;
  const folded = new Map<string, { entity: EntityImage<State>; eventsOffset: number }>();
  let tail: Tail = { lastEventOffset: -1, lastOccurredAt: 0 };
  for await (const records of log.read(topic, await log.startOffset(topic), end)) {
    for (const record of records) {
      const id = keyOf(record);
      const { meta, event } = codec.decodeEvent(record);
      const before = folded.get(id)?.entity ?? { state: model.decider.initialState, version: 0, clientKeys: [] };
      if (meta.entityVersion !== before.version + 1) throw new PartitionRefused(gap(topic, record.offset, id, before));
      const state = model.decider.evolve(before.state, event, meta);
      folded.set(id, { entity: { ...before, state, version: meta.entityVersion }, eventsOffset: record.offset });
      tail = { lastEventOffset: record.offset, lastOccurredAt: record.timestamp };
    }
  }
  const outgoing: OutgoingRecord[] = [];
  for (const [id, { entity, eventsOffset }] of folded) {
    const { clientKeys } = image.get(id);
    image.set(id, { ...entity, clientKeys });
    const meta = { entityVersion: entity.version, eventsOffset, foldVersion: model.foldVersion, clientKeys };
    outgoing.push(codec.latestRecord(id, meta, model.toLatest(entity.state), tail.lastOccurredAt));
  }
  for (const [id, { version }] of image.entries()) {
    if (version === 0 || folded.has(id)) continue;
    image.delete(id);
    outgoing.push({ key: id, value: null, timestamp: tail.lastOccurredAt });
  }
  for (const records of chunks(outgoing)) await writer.commit([{ topic: model.entity.latest.topic, records }]);
  return tail;
}

function* chunks(records: readonly OutgoingRecord[]): Generator<OutgoingRecord[]> {
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
