import type { CommandEnvelope, Receipt } from './command.ts';
import { NotExecuted, OutcomeUnknown } from './errors.ts';

/** A command that waits for its answer. It is answered once; later answers are dropped. */
export class PendingCommand<Command> {
  readonly envelope: CommandEnvelope<Command>;
  readonly receipt: Promise<Receipt>;
  /** Epoch milliseconds. */
  readonly deadline: number;
  answered = false;
  private resolve!: (receipt: Receipt) => void;
  private reject!: (error: Error) => void;

  constructor(envelope: CommandEnvelope<Command>, deadline: number) {
    this.envelope = envelope;
    this.deadline = deadline;
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
