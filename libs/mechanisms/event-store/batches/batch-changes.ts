import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import type { OutgoingRecord } from '#mechanisms/kafka/index';
import type { EntityCodec } from '../codec.ts';
import type { EntityImage, ImageChange } from '../image/image.ts';
import { toLatestRecord } from '../image/latest-record.ts';
import type { TopicRecords } from '../log/partition-log.ts';
import type { EventModel } from '../model.ts';
import type { NewEvent } from './decide-command.ts';

export interface ChangeGround {
  /** The lowest offset that the batch's first event can get. */
  readonly eventsOffset: number;
  /** The offset of the partition's last committed event; -1 while there is none. */
  readonly lastEventOffset: number;
  /** Epoch milliseconds, never smaller than that of an earlier batch of the partition. */
  readonly now: number;
}

/** The facts of one batch and the entities that follow from them, encoded. */
export class BatchChanges<State, Command, Event extends DomainEvent> {
  readonly overlay = new Map<string, EntityImage<State>>();
  private readonly events: OutgoingRecord[] = [];
  private readonly latest = new Map<string, OutgoingRecord>();
  private lastEventId = '';
  private eventBytes = 0;
  private latestBytes = 0;
  private readonly model: EventModel<State, Command, Event>;
  private readonly codec: EntityCodec<Event>;
  private readonly ground: ChangeGround;

  constructor(model: EventModel<State, Command, Event>, codec: EntityCodec<Event>, ground: ChangeGround) {
    this.model = model;
    this.codec = codec;
    this.ground = ground;
  }

  get eventCount(): number {
    return this.events.length;
  }

  /** Takes a change in, if the larger topic then has no more than so many bytes; else answers how many it would have. */
  take(
    entityId: string,
    events: readonly NewEvent<Event>[],
    entity: EntityImage<State>,
    mostBytes: number,
  ): number | undefined {
    const eventRecords = events.map(({ event, meta }) => this.codec.eventRecord(entityId, meta, event));
    const { eventsOffset, lastEventOffset } = this.ground;
    const checkFrom = events.length > 0 ? eventsOffset : Math.max(lastEventOffset, 0);
    const about = { eventsOffset: checkFrom, timestamp: this.ground.now };
    const latestRecord = toLatestRecord({ model: this.model, codec: this.codec }, entityId, entity, about);
    const addedEventBytes = eventRecords.reduce((sum, record) => sum + size(record), 0);
    const addedLatestBytes = size(latestRecord) - size(this.latest.get(entityId));
    const largest = Math.max(this.eventBytes + addedEventBytes, this.latestBytes + addedLatestBytes);
    if (largest > mostBytes) return largest;
    this.events.push(...eventRecords);
    this.lastEventId = events.at(-1)?.meta.eventId ?? this.lastEventId;
    this.eventBytes += addedEventBytes;
    this.latest.set(entityId, latestRecord);
    this.latestBytes += addedLatestBytes;
    this.overlay.set(entityId, entity);
    return undefined;
  }

  records(): TopicRecords[] {
    const { entity } = this.model;
    const topics: TopicRecords[] = [];
    if (this.events.length > 0) topics.push({ topic: entity.events.topic, records: this.events });
    if (this.latest.size > 0) topics.push({ topic: entity.latest.topic, records: [...this.latest.values()] });
    return topics;
  }

  /** What the batch, once it is committed, has made of the entities. */
  *entities(): Generator<ImageChange<State>> {
    for (const [entityId, entity] of this.overlay) {
      yield { entityId, entity, value: this.latest.get(entityId)!.value! };
    }
  }

  /** The batch's last event, once it is committed with its first one at `base`. */
  lastEvent(base: number) {
    return { offset: base + this.events.length - 1, id: this.lastEventId };
  }
}

/** What keys, headers and framing add to a record, generously. */
const OVERHEAD_BYTES = 256;

const size = (record: OutgoingRecord | undefined): number => (record?.value ? record.value.length + OVERHEAD_BYTES : 0);
