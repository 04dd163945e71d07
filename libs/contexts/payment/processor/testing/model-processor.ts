import type { CardOperation, CardProcessor, FinalAnswer, ProcessorAnswer } from '../card-processor.ts';

/** What happens to the next message to the processor. */
export type Fault = 'none' | 'request-lost' | 'request-late' | 'answer-lost' | 'declined';

interface Entry {
  readonly key: string;
  readonly arrivedAt: number;
  readonly operation?: CardOperation;
  readonly answer: FinalAnswer;
}

/** An answer on its way by another road than the reply. */
export interface Told {
  readonly key: string;
  readonly answer: FinalAnswer;
}

const UNANSWERED: ProcessorAnswer = { outcome: 'unanswered', detail: 'nothing came back' };

/** A processor in memory that keeps the rules of its port, behind a network that does not. */
export class ModelProcessor implements CardProcessor {
  readonly keyWindowMs = 86_400_000;
  readonly told: Told[] = [];
  readonly onTheWay: (() => void)[] = [];
  fault: Fault = 'none';
  now = 0;
  private readonly entries: Entry[] = [];

  readonly authorize = this.send.bind(this);
  readonly capture = this.send.bind(this);
  readonly void = this.send.bind(this);
  readonly refund = this.send.bind(this);

  async status(key: string): Promise<ProcessorAnswer> {
    if (this.fault === 'request-lost' || this.fault === 'answer-lost') return UNANSWERED;
    return this.known(key)?.answer ?? { outcome: 'not-found' };
  }

  async cancelKey(key: string): Promise<ProcessorAnswer> {
    if (this.fault === 'request-lost') return UNANSWERED;
    const { answer } = this.known(key) ?? this.settle(key, { outcome: 'cancelled' });
    return this.fault === 'answer-lost' ? UNANSWERED : answer;
  }

  /** Minor units moved, by kind. */
  moved(kind: CardOperation['kind']): number[] {
    return this.entries.flatMap(({ operation, answer }) =>
      operation?.kind === kind && answer.outcome === 'done' ? [operation.amount.amount] : [],
    );
  }

  private async send(key: string, operation: CardOperation): Promise<ProcessorAnswer> {
    switch (this.fault) {
      case 'request-lost':
        return UNANSWERED;
      case 'request-late':
        this.onTheWay.push(() => this.arrive(key, operation, false));
        return UNANSWERED;
      case 'answer-lost':
        this.arrive(key, operation, false);
        return UNANSWERED;
      case 'none':
      case 'declined':
        return this.arrive(key, operation, this.fault === 'declined');
      default:
        return this.fault satisfies never;
    }
  }

  private arrive(key: string, operation: CardOperation, declines: boolean): FinalAnswer {
    const known = this.known(key);
    if (known) return known.answer;
    const { amount } = operation;
    const answer: FinalAnswer =
      declines || this.forbids(operation)
        ? { outcome: 'declined', reason: 'DECLINED' }
        : { outcome: 'done', amount, reference: `reference of ${key}` };
    return this.settle(key, answer, operation).answer;
  }

  private forbids({ kind, amount }: CardOperation): boolean {
    const sum = (kind: CardOperation['kind']) => this.moved(kind).reduce((total, one) => total + one, 0);
    switch (kind) {
      case 'authorize':
        return sum('authorize') > 0;
      case 'capture':
        return sum('void') > 0 || sum('capture') + amount.amount > sum('authorize');
      case 'void':
        return sum('authorize') === 0 || sum('capture') > 0 || sum('void') > 0;
      case 'refund':
        return sum('refund') + amount.amount > sum('capture');
      default:
        return kind satisfies never;
    }
  }

  /** A key is forgotten when its window is over, and would then move money again. */
  private known(key: string): Entry | undefined {
    return this.entries.find((entry) => entry.key === key && this.now - entry.arrivedAt <= this.keyWindowMs);
  }

  private settle(key: string, answer: FinalAnswer, operation?: CardOperation): Entry {
    const entry = { key, arrivedAt: this.now, answer, ...(operation && { operation }) };
    this.entries.push(entry);
    this.told.push({ key, answer });
    return entry;
  }
}
