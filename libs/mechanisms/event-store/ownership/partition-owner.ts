import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import { WriteFailure } from '#mechanisms/kafka/index';
import { arrivals } from '../batches/arrivals.ts';
import { BatchCommitter } from '../batches/batch-committer.ts';
import { CommandQueue } from '../batches/command-queue.ts';
import { PendingCommand } from '../batches/pending-command.ts';
import type { Task } from '../batches/pending-command.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { CommandEnvelope, Receipt } from '../command.ts';
import type { Companion } from '../companion.ts';
import { NotExecuted, NotOwner } from '../errors.ts';
import { EntityWatch } from '../image/entity-watch.ts';
import type { SeenEntity } from '../image/entity-watch.ts';
import type { EntityImage } from '../image/image.ts';
import { openPartition } from './open-partition.ts';
import type { OwnerLimits, OwnerObserver, OwnerState } from './owner-settings.ts';
import type { Ownership, OwnerContext } from './ownership.ts';
import { checkPartition } from './take-image.ts';
import { takeOver } from './take-over.ts';

/** Between attempts to settle what is open while the process shuts down. */
const CLOSING_PAUSE_MS = 100;

const LET_GO = 'This instance lets go of the partition.';

/**
 * The one writer of a partition: decides its commands in order of arrival on the image in memory and commits them in
 * batches; while one transaction is in flight, the next batch gathers. Nothing is answered, not even a refusal, before
 * a commit of this epoch that began after its decision; so a fenced owner can answer nothing.
 */
export class PartitionOwner<State, Command, Event extends DomainEvent> {
  state: OwnerState = 'opening';
  reason = 'starting';
  private readonly queue: CommandQueue<Command>;
  private readonly watch: EntityWatch<State>;
  private readonly context: OwnerContext<State, Command, Event>;
  private readonly clock: Clock;
  private readonly limits: OwnerLimits;
  private readonly observer: OwnerObserver;
  private readonly committer: BatchCommitter<State, Command, Event>;
  private readonly companions: readonly Companion<State, Command>[];
  private ownership: Ownership<State> | undefined;
  private closing = false;
  private wakeUp: (() => void) | undefined;
  private readonly running: Promise<void>;
  private readonly stopSweep: Cancel;

  constructor(
    context: OwnerContext<State, Command, Event>,
    limits: OwnerLimits,
    observer: OwnerObserver,
    companions: readonly Companion<State, Command>[] = [],
  ) {
    this.context = context;
    this.clock = context.clock;
    this.companions = companions;
    this.limits = limits;
    this.observer = observer;
    this.queue = new CommandQueue(limits.queue, limits.queuePerEntity);
    this.watch = new EntityWatch(context.model.entity.events.topic, context.log.partition, context.clock);
    this.committer = new BatchCommitter(context, limits.batch, observer, this.queue, this.watch);
    this.stopSweep = this.clock.every(100, () => this.expire());
    this.running = this.run();
  }

  get queueLength(): number {
    return this.queue.length;
  }

  /** How many entities it knows, and how many of them it holds in memory. */
  get imageSize(): { readonly entities: number; readonly cached: number } {
    const { size = 0, cached = 0 } = this.ownership?.image ?? {};
    return { entities: size, cached };
  }

  /** How many foreign facts are parked. */
  get parkedFacts(): number {
    return this.ownership?.parked.size ?? 0;
  }

  /**
   * Decides and commits one command. Rejects with a DomainError or an EventStoreError; after `timeoutMs` (the limits'
   * by default) with one that says whether it may have been executed.
   */
  execute(envelope: CommandEnvelope<Command>, timeoutMs = this.limits.commandTimeoutMs): Promise<Receipt> {
    if (this.closing || this.state === 'lost') return Promise.reject(new NotOwner(LET_GO));
    if (this.state === 'stopped') return Promise.reject(new NotExecuted(this.reason));
    const pending = new PendingCommand({ envelope, deadline: this.clock.monotonic() + timeoutMs });
    try {
      this.queue.push(pending);
    } catch (error) {
      return Promise.reject(error);
    }
    return pending.receipt;
  }

  /**
   * Resolves with the entity once a commit has brought it beyond `version`; after `timeoutMs`, or when the partition is
   * let go, as the last commit left it; undefined while the partition is not open.
   */
  async waitBeyond(entityId: string, version: number, timeoutMs: number): Promise<SeenEntity<State> | undefined> {
    const now = this.see(entityId);
    if (this.closing || (now && now.version > version)) return now;
    return (await this.watch.wait(entityId, version, timeoutMs)) ?? this.see(entityId);
  }

  /** Has a commit show whether a later epoch has begun; otherwise an owner with nothing to do does not notice. */
  check(): void {
    if (this.ownership) this.own(this.ownership, {}).catch(() => undefined);
  }

  /** Finishes what was accepted into the queue, within the drain time, then lets go of the partition. */
  async close(): Promise<void> {
    this.closing = true;
    this.watch.release();
    if (this.state !== 'open') this.queue.refuseAll(new NotOwner(LET_GO));
    for (const companion of this.companions) companion.closed();
    this.queue.interrupt();
    this.wakeUp?.();
    await new Promise<void>((resolve) => {
      const cancel = this.clock.after(this.limits.drainMs, resolve);
      this.running.finally(cancel).then(resolve, resolve);
    });
    this.stopSweep();
    this.giveUp('closed', LET_GO);
  }

  private see(entityId: string): SeenEntity<State> | undefined {
    if (!this.ownership || this.ownership.image.failure) return undefined;
    const { image, lastEventOffset } = this.ownership;
    const { topic } = this.context.model.entity.events;
    const position = { topic, partition: this.context.log.partition, offset: lastEventOffset };
    return { ...image.get(entityId), position };
  }

  private async run(): Promise<void> {
    let pause = this.limits.retryMs[0];
    while (!this.finished()) {
      try {
        await this.open();
        pause = this.limits.retryMs[0];
        await this.serve();
      } catch (error) {
        await this.letGo();
        await this.recover(error, pause);
        pause = Math.min(pause * 2, this.limits.retryMs[1]);
      }
    }
    await this.letGo();
  }

  private async letGo(): Promise<void> {
    const { ownership } = this;
    if (!ownership) return;
    this.ownership = undefined;
    for (const companion of this.companions) companion.closed();
    await ownership.close();
  }

  private finished(): boolean {
    if (this.state === 'closed') return true;
    if (this.state === 'lost' || this.state === 'stopped') return this.closing;
    return this.closing && this.queue.length === 0 && !this.committer.isUnsettled;
  }

  private async open(): Promise<void> {
    if (this.state === 'stopped') await checkPartition(this.context);
    const ownership = await takeOver(this.context);
    this.ownership = ownership;
    this.queue.dropOwn();
    await this.committer.settle(ownership);
    this.become('open', `claimed as ${this.context.self.instance}`);
    if (this.closing) return;
    const enqueue = (task: Task<Command>) => this.own(ownership, task);
    const partition = openPartition(this.context.log.partition, ownership, this.clock, enqueue);
    for (const companion of this.companions) companion.opened(partition);
  }

  /** For the partition's own tasks, as long as the ownership lasts that they were begun under. */
  private own(ownership: Ownership<State>, task: Task<Command>): Promise<Receipt> {
    if (this.ownership !== ownership) return Promise.reject(new NotExecuted(this.reason));
    const pending = new PendingCommand(task);
    this.queue.pushOwn(pending);
    return pending.receipt;
  }

  private async serve(): Promise<void> {
    for (;;) {
      if (!this.closing) await this.queue.urgent();
      await arrivals(this.queue, this.clock);
      if (this.queue.length > 0) this.tell(await this.committer.commitNext(this.ownership!));
      else if (this.closing) return;
    }
  }

  private tell(changed: ReadonlyMap<string, EntityImage<State>>): void {
    for (const [entityId, { state }] of changed) {
      for (const companion of this.companions) companion.changed(entityId, state);
    }
  }

  private async recover(error: unknown, pause: number): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    if ((error as { retriable?: boolean }).retriable !== true) {
      this.giveUp('stopped', message);
      return this.rest(this.limits.stoppedPauseMs);
    }
    this.become('opening', message);
    const fenced = error instanceof WriteFailure && error.fenced;
    if (fenced && !(await this.context.isAssigned())) return this.standBy();
    await this.rest(fenced ? this.limits.fencedPauseMs : pause);
  }

  /**
   * The group's answer may be about to change: asked while it shares anew, or out of its reach, it says no as well. Nobody
   * tells the owner of an assignment that it was given before it noticed its loss, so it goes on asking.
   */
  private async standBy(): Promise<void> {
    this.giveUp('lost', 'Another instance has taken over.');
    while (!this.closing) {
      await this.rest(this.limits.fencedPauseMs);
      if (await this.context.isAssigned()) return this.become('opening', 'The partition is assigned to this instance.');
    }
  }

  private giveUp(state: 'lost' | 'stopped' | 'closed', reason: string): void {
    this.become(state, reason);
    this.committer.giveUp();
    this.queue.refuseAll(state === 'stopped' ? new NotExecuted(reason) : new NotOwner(reason));
  }

  private expire(): void {
    const now = this.clock.monotonic();
    this.queue.expire(now);
    this.queue.hurry();
    // a companion has met it: whatever comes next takes over again
    if (this.ownership?.image.failure) void this.own(this.ownership, {}).catch(() => undefined);
    this.committer.expire(now);
  }

  private rest(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const pause = this.closing ? Math.min(milliseconds, CLOSING_PAUSE_MS) : milliseconds;
      const cancel = this.clock.after(pause, resolve);
      this.wakeUp = () => {
        cancel();
        resolve();
      };
    });
  }

  private become(state: OwnerState, reason: string): void {
    if (this.state === state && this.reason === reason) return;
    this.state = state;
    this.reason = reason;
    this.observer.stateChanged(this.context.log.partition, state, reason);
  }
}
