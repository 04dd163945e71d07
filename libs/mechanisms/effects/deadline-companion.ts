import type { Deadline } from '#mechanisms/event-sourcing/index';
import type { Cancel, Clock, Companion, OpenPartition } from '#mechanisms/event-store/index';
import { DeadlineHeap } from './deadline-heap.ts';
import { ownCommand } from './own-command.ts';

export interface DeadlineSettings {
  /** After opening, and after the process stood still or the wall clock jumped, no deadline fires earlier than this. */
  readonly graceMs: number;
  readonly tickMs: number;
  /** How long a tick may be late, by either clock, before it counts as a standstill or a jump. */
  readonly jumpMs: number;
}

const DEADLINE_SETTINGS: DeadlineSettings = { graceMs: 2_000, tickMs: 100, jumpMs: 2_000 };

/** What has to be applied before time may be judged: an answer that arrived in time may still wait in a source topic. */
export interface Sources {
  ends(): Promise<ReadonlyMap<string, number>>;
  hasReached(ends: ReadonlyMap<string, number>): boolean;
}

/** A deadline of one entity, as this owner saw it. */
interface Seen {
  /** The wall clock's time, as it stands in the events. */
  readonly at: number;
  /** The monotonic clock's time at which it has come. */
  readonly due: number;
  /** The wall clock that it was read by was behind the partition's newest record. */
  readonly isDoubtful: boolean;
}

/**
 * Sends an entity the command of its deadline once the time has come: the time that stands in its events, so it holds
 * for whoever owns the partition then. The domain decides what the command means by then.
 *
 * How long there is left is read off the wall clock once, when this owner first sees the deadline; from then on only the
 * monotonic clock counts. So when the wall clock jumps, either way, deadlines that stand keep their time, and those that
 * are set after it are right as well. Only what was read off a clock that was behind the partition's newest record, and so was
 * wrong, is read again once that clock has jumped forward.
 */
export class DeadlineCompanion<State, Command> implements Companion<State, Command> {
  private readonly deadlineOf: (state: State) => Deadline<Command> | undefined;
  private readonly sources: Sources;
  private readonly settings: DeadlineSettings;
  private partition: OpenPartition<State, Command> | undefined;
  private heap = new DeadlineHeap();
  private readonly seen = new Map<string, Seen>();
  private stopTicking: Cancel = () => undefined;
  private armed = false;
  private arming = 0;
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
    this.clocks = readBoth(partition.clock);
    this.heap = new DeadlineHeap();
    this.seen.clear();
    for (const [entityId, { state }] of partition.active()) this.changed(entityId, state);
    this.stopTicking = partition.clock.every(this.settings.tickMs, () => this.tick(partition));
    void this.arm(partition);
  }

  changed(entityId: string, state: State): void {
    if (!this.partition) return;
    const at = this.deadlineOf(state)?.at;
    if (at === this.seen.get(entityId)?.at) return;
    if (at === undefined) this.seen.delete(entityId);
    else this.read(entityId, at);
  }

  closed(): void {
    this.partition = undefined;
    this.armed = false;
    this.stopTicking();
  }

  private readDoubtfulAgain(): void {
    for (const [entityId, { at, isDoubtful }] of this.seen) if (isDoubtful) this.read(entityId, at);
  }

  private read(entityId: string, at: number): void {
    const partition = this.partition!;
    const { wall, monotonic } = readBoth(partition.clock);
    const due = monotonic + at - wall;
    this.seen.set(entityId, { at, due, isDoubtful: partition.lastOccurredAt() - wall > this.settings.jumpMs });
    this.heap.push({ at: due, entityId });
  }

  private async arm(partition: OpenPartition<State, Command>): Promise<void> {
    this.armed = false;
    this.arming += 1;
    const attempt = this.arming;
    const isCurrent = () => this.partition === partition && this.arming === attempt;
    const { clock } = partition;
    const notBefore = clock.monotonic() + this.settings.graceMs;
    const ends = await this.endsWhenKnown(clock, isCurrent);
    while (isCurrent() && !(clock.monotonic() >= notBefore && this.sources.hasReached(ends))) {
      await clock.sleep(this.settings.tickMs);
    }
    if (isCurrent()) this.armed = true;
  }

  private async endsWhenKnown(clock: Clock, isWanted: () => boolean): Promise<ReadonlyMap<string, number>> {
    while (isWanted()) {
      try {
        return await this.sources.ends();
      } catch {
        await clock.sleep(this.settings.tickMs);
      }
    }
    return new Map();
  }

  private tick(partition: OpenPartition<State, Command>): void {
    const { wall, monotonic } = this.clocks;
    this.clocks = readBoth(partition.clock);
    const elapsed = [this.clocks.wall - wall, this.clocks.monotonic - monotonic] as const;
    if (elapsed[0] - elapsed[1] > this.settings.jumpMs) this.readDoubtfulAgain();
    // An answer that came in time may still wait in a source topic: it is read first.
    if (elapsed.some((time) => Math.abs(time - this.settings.tickMs) > this.settings.jumpMs)) void this.arm(partition);
    if (this.armed) this.fire(partition, this.clocks.monotonic);
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
    for (let entry = this.heap.next; entry && entry.at <= now; entry = this.heap.next) {
      const { entityId, at: due } = entry;
      const deadline = this.stillStands(partition, entityId);
      if (deadline === 'unreadable') return;
      this.heap.pop();
      const seen = this.seen.get(entityId);
      if (!deadline || seen?.at !== deadline.at || seen.due !== due) continue;
      const again = entry;
      partition.execute(ownCommand(entityId, deadline.command)).catch((error: Error) => {
        if (error.name !== 'DomainError' && this.partition === partition) this.heap.push(again);
      });
    }
  }
}

const readBoth = (clock: Clock) => ({ wall: clock.now(), monotonic: clock.monotonic() });
