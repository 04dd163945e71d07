import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { HttpError } from '#mechanisms/service/index';
import { BookFile } from './book-file.ts';
import { declineReason, enter } from './charge.ts';
import type { Charge } from './charge.ts';
import type { Entry, Operation, OperationEntry } from './entry.ts';

/**
 * What was done on every charge. A key stands for one operation, for ever; nothing is answered that is not on the disk,
 * so what was once told survives any end of the process.
 */
@Injectable()
export class Books implements OnApplicationShutdown {
  private readonly file: BookFile;
  private readonly entries = new Map<string, Entry>();
  private readonly byPayment = new Map<string, Charge>();
  /** The keys of these, in their order. */
  private readonly payments: string[] = [];

  private constructor(file: BookFile) {
    this.file = file;
  }

  static async open(path: string): Promise<Books> {
    const { file, lines } = await BookFile.open(path);
    const books = new Books(file);
    for (const line of lines) books.enter(JSON.parse(line) as Entry);
    return books;
  }

  /** Does the operation, or answers what became of it before. @throws HttpError when the key stands for another one */
  async operate(requestId: string, operation: Operation): Promise<Entry> {
    const known = this.entries.get(requestId);
    if (!known) return this.add(this.decide(requestId, operation));
    if (known.outcome !== 'cancelled' && !isDeepStrictEqual(operationIn(known), operation)) {
      throw new HttpError('KEY_USED_FOR_ANOTHER_REQUEST', 'The idempotency key stands for another request.');
    }
    await this.file.settled();
    return known;
  }

  async find(requestId: string): Promise<Entry | undefined> {
    const entry = this.entries.get(requestId);
    await this.file.settled();
    return entry;
  }

  /** Makes sure that a request which has not arrived never will; answers what became of one that has. */
  async cancelKey(requestId: string): Promise<Entry> {
    const known = await this.find(requestId);
    return known ?? this.entries.get(requestId) ?? this.add({ requestId, at: now(), outcome: 'cancelled' });
  }

  /** In the order of their first operation, from a position on; `next` is the position of what follows, if anything does. */
  async charges(from: number, limit = Infinity): Promise<{ charges: Charge[]; next: number | undefined }> {
    const to = from + limit;
    const charges = this.payments.slice(from, to).map((paymentId) => this.byPayment.get(paymentId)!);
    const next = to < this.payments.length ? to : undefined;
    await this.file.settled();
    return { charges, next };
  }

  /** The card that a charge is made on. */
  tokenOf({ paymentId, token }: Operation): string | undefined {
    return this.byPayment.get(paymentId)?.token ?? token;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.file.close();
  }

  private decide(requestId: string, operation: Operation): OperationEntry {
    const reason = declineReason(this.byPayment.get(operation.paymentId), operation);
    const kept = { requestId, at: now(), ...operation };
    return reason === undefined
      ? { ...kept, outcome: 'done', reference: randomUUID() }
      : { ...kept, outcome: 'declined', reason };
  }

  private async add(entry: Entry): Promise<Entry> {
    this.enter(entry);
    await this.file.append(JSON.stringify(entry));
    return entry;
  }

  private enter(entry: Entry): void {
    this.entries.set(entry.requestId, entry);
    if (entry.outcome === 'cancelled') return;
    const before = this.byPayment.get(entry.paymentId);
    if (!before) this.payments.push(entry.paymentId);
    this.byPayment.set(entry.paymentId, enter(before, entry));
  }
}

const operationIn = ({ kind, paymentId, amount, token }: OperationEntry): Operation => ({
  kind,
  paymentId,
  amount,
  ...(token !== undefined && { token }),
});

const now = (): string => new Date().toISOString();
