import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import type { OutgoingRecord } from '#mechanisms/kafka/index';
import type { LatestMeta } from '#mechanisms/schemas/declare';
import type { EntityCodec } from '../codec.ts';
import { PartitionRefused } from '../errors.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import type { EventModel } from '../model.ts';
import type { EntityImage } from './image.ts';

/** An entity as its latest record, to be written by this program. @throws UnencodableValue */
export function toLatestRecord<State, Command, Event extends DomainEvent>(
  { model, codec }: { model: EventModel<State, Command, Event>; codec: EntityCodec<Event> },
  entityId: string,
  { state, version: entityVersion, clientKeys }: EntityImage<State>,
  { eventsOffset, timestamp }: { eventsOffset: number; timestamp: number },
): OutgoingRecord {
  const meta = { entityVersion, eventsOffset, foldVersion: model.foldVersion, clientKeys };
  return codec.latestRecord(entityId, meta, model.toLatest(state), timestamp);
}

/** An entity as its decoded latest record has it. */
export function entityOf<State, Command, Event extends DomainEvent>(
  model: EventModel<State, Command, Event>,
  { meta, fields }: ReturnType<EntityCodec<Event>['decodeLatest']>,
): EntityImage<State> {
  return { state: model.fromLatest(fields), version: meta.entityVersion, clientKeys: meta.clientKeys };
}

/** @throws PartitionRefused when a newer program wrote the record */
export function requireKnownFold<State, Command, Event extends DomainEvent>(
  { model, log }: { model: EventModel<State, Command, Event>; log: PartitionLog },
  { foldVersion }: LatestMeta,
): void {
  if (foldVersion <= model.foldVersion) return;
  const name = `${model.entity.latest.topic}-${log.partition}`;
  throw new PartitionRefused(
    `${name} was written with fold version ${foldVersion}, newer than this program's: deploy the newer program.`,
  );
}
