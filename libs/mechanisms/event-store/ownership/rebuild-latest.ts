import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import type { LogRecord, OutgoingRecord } from '#mechanisms/kafka/index';
import type { LatestMeta } from '#mechanisms/schemas/declare';
import { keyOf } from '../codec.ts';
import type { EntityImage, Image } from '../image/image.ts';
import { requireKnownFold, toLatestRecord } from '../image/latest-record.ts';
import type { PartitionWriter } from '../log/partition-log.ts';
import { foldEvents } from './fold-events.ts';
import type { OwnerContext, Tail } from './ownership.ts';

/** Below the topics' `max.message.bytes`, as a batch of commands is. */
const BYTES_PER_TRANSACTION = 900_000;
/** What keys and framing add to a record, generously. */
const OVERHEAD_BYTES = 256;

type Context<State, Command, Event extends DomainEvent> = Pick<
  OwnerContext<State, Command, Event>,
  'model' | 'codec' | 'log'
>;

/**
 * Folds every event of the partition into `image`, whatever it held, and rewrites every latest record, of which only the
 * remembered client keys are kept; one without any event is deleted. In memory is only what the image holds there, and
 * what one fetch brings.
 *
 * A crash half-way leaves old records and new ones, each true. Only the record that is written last says from where on
 * the events may hold more, so before it the next owner finds whatever is still missing.
 * @throws PartitionRefused when an entity's versions are not dense, or a newer program wrote a latest record
 */
export async function rebuildLatest<State, Command, Event extends DomainEvent>(
  context: Context<State, Command, Event>,
  writer: PartitionWriter,
  image: Image<State>,
  ends: ReadonlyMap<string, number>,
): Promise<Tail & { latestEnd: number | undefined }> {
  const { log, model } = context;
  const { topic } = model.entity.latest;
  await image.clear();
  const tail = await foldEvents(context, image, ends.get(model.entity.events.topic)!);
  const timestamp = tail.lastOccurredAt;
  let latestEnd: number | undefined;
  const write = async (outgoing: Iterable<OutgoingRecord>) => {
    for (const records of chunks(outgoing)) {
      const [committed] = await writer.commit([{ topic, records }]);
      latestEnd = committed!.baseOffset + records.length + 1;
    }
  };
  for await (const records of log.read(topic, await log.startOffset(topic), ends.get(topic)!)) {
    await keepClientKeys(context, records, image);
    await write(withoutEvents(records, image).map((key) => ({ key, value: null, timestamp })));
  }
  let last: string | undefined;
  const recordOf = (entityId: string, eventsOffset: number) =>
    toLatestRecord(context, entityId, image.get(entityId), { eventsOffset, timestamp });
  await write(Iterator.from(image.ids()).map((entityId) => recordOf((last = entityId), 0)));
  if (last) await write([recordOf(last, tail.lastEvent?.offset ?? 0)]);
  return { ...tail, latestEnd };
}

/** The entities that have latest records, but neither an event nor a client key: a key may be all that there is of one. */
const withoutEvents = (records: readonly LogRecord[], image: Image<unknown>): string[] =>
  records
    .filter((record) => record.value !== null)
    .map(keyOf)
    .filter((entityId) => image.get(entityId).version === 0 && image.get(entityId).clientKeys.length === 0);

/** Gives the folded entities the client keys of their latest records, of which several of an entity follow one another. */
async function keepClientKeys<State, Command, Event extends DomainEvent>(
  context: Context<State, Command, Event>,
  records: readonly LogRecord[],
  image: Image<State>,
): Promise<void> {
  const remembering = new Map<string, EntityImage<State>>();
  for (const record of records) {
    const entityId = keyOf(record);
    const entity = remembering.get(entityId) ?? image.get(entityId);
    const { entityVersion = 0, clientKeys = [] } = metaOf(context, record) ?? {};
    if (entity.version === 0 && entityVersion > 0) continue;
    if (entity.clientKeys.length + clientKeys.length > 0) remembering.set(entityId, { ...entity, clientKeys });
  }
  const changes = remembering.entries().map(([entityId, entity]) => {
    const { value } = toLatestRecord(context, entityId, entity, { eventsOffset: 0, timestamp: 0 });
    return { entityId, entity, value: value! };
  });
  await image.load(changes);
}

function metaOf<State, Command, Event extends DomainEvent>(
  context: Context<State, Command, Event>,
  record: LogRecord,
): LatestMeta | undefined {
  if (!record.value) return undefined;
  const { meta } = context.codec.decodeLatest(record);
  requireKnownFold(context, meta);
  return meta;
}

function* chunks(records: Iterable<OutgoingRecord>): Generator<OutgoingRecord[]> {
  let chunk: OutgoingRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = OVERHEAD_BYTES + (record.value?.length ?? 0);
    if (chunk.length > 0 && bytes + size > BYTES_PER_TRANSACTION) {
      yield chunk;
      [chunk, bytes] = [[], 0];
    }
    chunk.push(record);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}
