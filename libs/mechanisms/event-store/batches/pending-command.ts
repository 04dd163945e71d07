import type { CommandEnvelope, Receipt } from '../command.ts';
import type { ParkedTask, ReactionFact } from '../companion.ts';
import { NotExecuted, OutcomeUnknown } from '../errors.ts';

/** What waits for its turn: a command, a foreign fact with or without one, or nothing: then only a commit is waited for. */
export interface Task<Command> {
  readonly envelope?: CommandEnvelope<Command>;
  readonly fact?: ReactionFact<Command>;
  readonly parked?: ParkedTask<Command>;
  /** Epoch milliseconds; absent for the partition's own tasks, which wait for as long as it takes. */
  readonly deadline?: number;
}

/** A task that waits for its answer. It is answered once; later answers are dropped. */
export class PendingCommand<Command> implements Task<Command> {
  readonly envelope: CommandEnvelope<Command> | undefined;
  readonly fact: ReactionFact<Command> | undefined;
  readonly parked: ParkedTask<Command> | undefined;
  /** Asked for by the partition itself, not by a client. */
  readonly isOwn: boolean;
  readonly deadline: number;
  readonly receipt: Promise<Receipt>;
  answered = false;
  private resolve!: (receipt: Receipt) => void;
  private reject!: (error: Error) => void;

  constructor({ envelope, fact, parked, deadline }: Task<Command>) {
    this.envelope = envelope;
    this.fact = fact;
    this.parked = parked;
    this.isOwn = deadline === undefined;
    this.deadline = deadline ?? Number.POSITIVE_INFINITY;
    this.receipt = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  accept(receipt: Receipt): void {
    this.answered = true;
    this.resolve(receipt);
  }

  refuse(error: Error): void {
    this.answered = true;
    this.reject(error);
  }

  /** Gives up on a command that no transaction carries. */
  expireQueued(now: number): void {
    if (!this.answered && now >= this.deadline)
      this.refuse(new NotExecuted('The command could not be started in time.'));
  }

  /** Gives up on a command whose transaction has no known outcome yet. */
  expireInFlight(now: number): void {
    if (!this.answered && now >= this.deadline) this.refuse(new OutcomeUnknown());
  }
}
