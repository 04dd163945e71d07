import type { Deadline } from '#mechanisms/event-sourcing/index';
import type { Cancel, Clock, Companion, OpenPartition } from '#mechanisms/event-store/index';
import { DeadlineHeap } from './deadline-heap.ts';
import { ownCommand } from './own-command.ts';

export interface DeadlineSettings {
  /** After opening, and after a jump of the wall clock, no deadline fires earlier than this. */
  readonly graceMs: number;
  readonly tickMs: number;
  /** How far wall clock and monotonic clock may drift apart between two ticks before it counts as a jump. */
  readonly jumpMs: number;
}

const DEADLINE_SETTINGS: DeadlineSettings = { graceMs: 2_000, tickMs: 100, jumpMs: 2_000 };

/** What has to be applied before time may be judged: an answer that arrived in time may still wait in a source topic. */
export interface Sources {
  ends(): Promise<ReadonlyMap<string, number>>;
  hasReached(ends: ReadonlyMap<string, number>): boolean;
}

/**
 * Sends an entity the command of its deadline once the time has come: the time that stands in its events, so it holds
 * for whoever owns the partition then. The domain decides what the command means by then.
 */
export class DeadlineCompanion<State, Command> implements Companion<State, Command> {
  private readonly deadlineOf: (state: State) => Deadline<Command> | undefined;
  private readonly sources: Sources;
  private readonly settings: DeadlineSettings;
  private partition: OpenPartition<State, Command> | undefined;
  private heap = new DeadlineHeap();
  private readonly sent = new Map<string, number>();
  private stopTicking: Cancel = () => undefined;
  private armed = false;
  private clocks = { wall: 0, monotonic: 0 };

  constructor(
    deadlineOf: (state: State) => Deadline<Command> | undefined,
    sources: Sources,
    settings: DeadlineSettings = DEADLINE_SETTINGS,
  ) {
    this.deadlineOf = deadlineOf;
    this.sources = sources;
    this.settings = settings;
  }

  opened(partition: OpenPartition<State, Command>): void {
    this.partition = partition;
    this.heap = new DeadlineHeap();
    this.sent.clear();
    for (const [entityId, { state }] of partition.active()) this.changed(entityId, state);
    this.clocks = readBoth(partition.clock);
    this.stopTicking = partition.clock.every(this.settings.tickMs, () => this.tick(partition));
    void this.arm(partition);
  }

  changed(entityId: string, state: State): void {
    const deadline = this.deadlineOf(state);
    if (deadline) this.heap.push({ at: deadline.at, entityId });
  }

  closed(): void {
    this.partition = undefined;
    this.armed = false;
    this.stopTicking();
  }

  private async arm(partition: OpenPartition<State, Command>): Promise<void> {
    this.armed = false;
    const { clock } = partition;
    const notBefore = clock.monotonic() + this.settings.graceMs;
    const ends = await this.endsWhenKnown(partition);
    while (this.partition === partition && !(clock.monotonic() >= notBefore && this.sources.hasReached(ends))) {
      await clock.sleep(this.settings.tickMs);
    }
    this.armed = this.partition === partition;
  }

  private async endsWhenKnown(partition: OpenPartition<State, Command>): Promise<ReadonlyMap<string, number>> {
    while (this.partition === partition) {
      try {
        return await this.sources.ends();
      } catch {
        await partition.clock.sleep(this.settings.tickMs);
      }
    }
    return new Map();
  }

  private tick(partition: OpenPartition<State, Command>): void {
    const { wall, monotonic } = this.clocks;
    this.clocks = readBoth(partition.clock);
    const drift = Math.abs(this.clocks.wall - wall - (this.clocks.monotonic - monotonic));
    if (drift > this.settings.jumpMs) void this.arm(partition);
    if (this.armed) this.fire(partition, this.clocks.wall);
  }

  /** What cannot be read is left for the next take-over, which is due then. */
  private stillStands(partition: OpenPartition<State, Command>, entityId: string) {
    try {
      return this.deadlineOf(partition.get(entityId).state);
    } catch {
      return 'unreadable';
    }
  }

  private fire(partition: OpenPartition<State, Command>, now: number): void {
    for (let next = this.heap.next; next && next.at <= now; next = this.heap.next) {
      const { entityId, at } = next;
      const deadline = this.stillStands(partition, entityId);
      if (deadline === 'unreadable') return;
      this.heap.pop();
      if (deadline?.at !== at || this.sent.get(entityId) === at) continue;
      this.sent.set(entityId, at);
      partition.execute(ownCommand(entityId, deadline.command)).then(
        () => this.sent.delete(entityId),
        (error: Error) => {
          this.sent.delete(entityId);
          if (error.name !== 'DomainError' && this.partition === partition) this.heap.push({ at, entityId });
        },
      );
    }
  }
}

const readBoth = (clock: Clock) => ({ wall: clock.now(), monotonic: clock.monotonic() });
