import type { DomainEvent, EventPosition } from '#mechanisms/event-sourcing/index';
import { WriteFailure } from '#mechanisms/kafka/index';
import { OutcomeUnknown } from '../errors.ts';
import type { EntityWatch } from '../image/entity-watch.ts';
import type { EntityImage } from '../image/image.ts';
import type { OwnerLimits, OwnerObserver } from '../ownership/owner-settings.ts';
import type { OwnerContext, Ownership } from '../ownership/ownership.ts';
import { Batch } from './batch.ts';
import type { CommandQueue } from './command-queue.ts';
import { settle } from './settle.ts';
import type { Unsettled } from './settle.ts';

interface InFlight<State, Command, Event extends DomainEvent> extends Unsettled {
  readonly batch: Batch<State, Command, Event>;
}

/**
 * Takes what waits in a partition's queue, decides it, and commits it in one transaction. A batch of which it is not
 * known whether it was committed is kept, unanswered, until a later ownership settles it.
 */
export class BatchCommitter<State, Command, Event extends DomainEvent> {
  private readonly context: OwnerContext<State, Command, Event>;
  private readonly limits: OwnerLimits['batch'];
  private readonly observer: OwnerObserver;
  private readonly queue: CommandQueue<Command>;
  private readonly watch: EntityWatch<State>;
  private unsettled: InFlight<State, Command, Event> | undefined;

  constructor(
    context: OwnerContext<State, Command, Event>,
    limits: OwnerLimits['batch'],
    observer: OwnerObserver,
    queue: CommandQueue<Command>,
    watch: EntityWatch<State>,
  ) {
    this.context = context;
    this.limits = limits;
    this.observer = observer;
    this.queue = queue;
    this.watch = watch;
  }

  get isUnsettled(): boolean {
    return this.unsettled !== undefined;
  }

  /** Answers the entities that the commit has changed. @throws WriteFailure, or why the image cannot be read */
  async commitNext(ownership: Ownership<State>): Promise<ReadonlyMap<string, EntityImage<State>>> {
    if (ownership.image.failure) throw ownership.image.failure;
    const batch = this.gather(ownership);
    if (batch.answers.size === 0) return batch.changes.overlay;
    const { control, events, latest } = this.context.model.entity;
    const from = new Map([control, events, latest].map(({ topic }) => [topic, ownership.nextOffset(topic)]));
    const { clock, log } = this.context;
    const startedAt = clock.monotonic();
    const committed = await ownership.commit(this.recordsOf(batch, ownership)).catch((error: unknown) => {
      this.keepUnanswered(error, batch, from);
      throw error;
    });
    const firstOffsets = new Map(committed.map(({ topic, baseOffset }) => [topic, baseOffset]));
    this.merge(ownership, batch, firstOffsets.get(events.topic));
    this.answerAll(ownership, batch, firstOffsets);
    this.observer.committed(log.partition, batch.answers.size, batch.changes.eventCount, clock.monotonic() - startedAt);
    return batch.changes.overlay;
  }

  /** The image was read after the fence, so it holds the batch if it was committed: only its answers are owed. */
  async settle(ownership: Ownership<State>): Promise<void> {
    const { unsettled } = this;
    if (!unsettled) return;
    const settlement = await settle(this.context.log, unsettled);
    this.unsettled = undefined;
    if (settlement.committed) return this.answerAll(ownership, unsettled.batch, settlement.firstOffsets);
    this.queue.putBack([...unsettled.batch.answers.keys()]);
    this.queue.dropOwn();
  }

  /** Answers those whose batch is not settled that it is not known what became of them. */
  giveUp(): void {
    this.unsettled?.batch.refuseAll(new OutcomeUnknown());
    this.unsettled = undefined;
  }

  expire(now: number): void {
    for (const pending of this.unsettled?.batch.answers.keys() ?? []) pending.expireInFlight(now);
  }

  private gather(ownership: Ownership<State>): Batch<State, Command, Event> {
    const { model, codec, clock, log } = this.context;
    const eventsOffset = ownership.nextOffset(model.entity.events.topic);
    ownership.lastOccurredAt = Math.max(clock.now(), ownership.lastOccurredAt);
    const { image, cursors, parked, stoppedSources, lastEventOffset, lastOccurredAt: now } = ownership;
    const reacting = { partition: log.partition, consumer: `${model.entity.name}-command.reactions` };
    const ground = { image, cursors, parked, stoppedSources, eventsOffset, lastEventOffset, now, ...reacting };
    const batch = new Batch(model, codec, ground, this.limits);
    const taken = this.queue.takeAll();
    try {
      const left = taken.findIndex((pending) => !batch.add(pending));
      if (left >= 0) this.queue.putBack(taken.slice(left));
    } catch (error) {
      this.queue.putBack(taken);
      throw error;
    }
    return batch;
  }

  /** A batch that changes nothing renews the claim: its answers need a commit, too. */
  private recordsOf(batch: Batch<State, Command, Event>, { claim, lastOccurredAt }: Ownership<State>) {
    const { codec, model } = this.context;
    const changes = batch.records();
    if (changes.length > 0) return changes;
    return [{ topic: model.entity.control.topic, records: [codec.claimRecord(claim, lastOccurredAt)] }];
  }

  private merge(ownership: Ownership<State>, batch: Batch<State, Command, Event>, base: number | undefined): void {
    if (base !== undefined) ownership.lastEvent = batch.changes.lastEvent(base);
    const latest = ownership.nextOffset(this.context.model.entity.latest.topic);
    ownership.image.merge(batch.changes.entities(), { latest, event: ownership.lastEvent });
    for (const [source, cursor] of batch.facts.cursors) ownership.cursors.set(source, cursor);
    ownership.parked = batch.facts.parked;
  }

  /** Answers a committed batch; `firstOffsets` says where it stands. */
  private answerAll(
    ownership: Ownership<State>,
    batch: Batch<State, Command, Event>,
    firstOffsets: ReadonlyMap<string, number>,
  ): void {
    const { topic } = this.context.model.entity.events;
    const { partition } = this.context.log;
    batch.answerAll(firstOffsets.get(topic), (offset): EventPosition => ({ topic, partition, offset }));
    for (const [entityId, entity] of batch.changes.overlay) this.watch.saw(entityId, entity, ownership.lastEventOffset);
  }

  private keepUnanswered(error: unknown, batch: Batch<State, Command, Event>, from: Map<string, number>): void {
    if (!(error instanceof WriteFailure)) batch.refuseAll(new OutcomeUnknown());
    else if (error.outcome === 'not-written') this.queue.putBack([...batch.answers.keys()]);
    else this.unsettled = { batch, attempt: error.attempt, from };
  }
}
