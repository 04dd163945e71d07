import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Command, HttpError, IdParam, InvalidRequest, isUuid, Query } from '#mechanisms/service/index';
import type { CommandInput, QueryInput } from '#mechanisms/service/index';
import { Books } from '../books/books.ts';
import { statusOf } from '../books/charge.ts';
import type { Entry, Operation, OperationKind } from '../books/entry.ts';
import { Callbacks } from '../callbacks/callbacks.ts';
import { Attempts } from './attempts.ts';
import { ListChargesRequest } from './list-charges.request.ts';
import { AuthorizationRequest, OperationRequest } from './operation.request.ts';
import { SilentReplies } from './silent-replies.ts';

type Input = CommandInput<OperationRequest & { token?: string }, IdParam>;

@ApiTags('charges')
@Controller('charges')
export class ChargesController {
  private readonly books: Books;
  private readonly callbacks: Callbacks;
  private readonly attempts: Attempts;
  private readonly silent: SilentReplies;

  constructor(books: Books, callbacks: Callbacks, attempts: Attempts, silent: SilentReplies) {
    this.books = books;
    this.callbacks = callbacks;
    this.attempts = attempts;
    this.silent = silent;
  }

  @Get()
  async list(@Query({ query: ListChargesRequest }) { query }: QueryInput<object, ListChargesRequest>): Promise<object> {
    const from = Number(query.after ?? 0);
    if (!Number.isSafeInteger(from) || from < 0)
      throw new InvalidRequest([{ parameter: 'after', detail: 'must be a `next`' }]);
    const { charges, next } = await this.books.charges(from, query.limit);
    return {
      items: charges.map((charge) => {
        const { paymentId, authorized, captured, refunded, voided, currency, requests } = charge;
        return { paymentId, status: statusOf(charge), authorized, captured, refunded, voided, currency, requests };
      }),
      next: next === undefined ? null : String(next),
    };
  }

  @Post(':id/authorizations')
  @HttpCode(200)
  authorize(
    @Headers('idempotency-key') key: string,
    @Command({ params: IdParam, body: AuthorizationRequest }) input: Input,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Entry> {
    return this.operate('authorize', key, input, reply);
  }

  @Post(':id/captures')
  @HttpCode(200)
  capture(
    @Headers('idempotency-key') key: string,
    @Command({ params: IdParam, body: OperationRequest }) input: Input,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Entry> {
    return this.operate('capture', key, input, reply);
  }

  @Post(':id/voids')
  @HttpCode(200)
  void(
    @Headers('idempotency-key') key: string,
    @Command({ params: IdParam, body: OperationRequest }) input: Input,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Entry> {
    return this.operate('void', key, input, reply);
  }

  @Post(':id/refunds')
  @HttpCode(200)
  refund(
    @Headers('idempotency-key') key: string,
    @Command({ params: IdParam, body: OperationRequest }) input: Input,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Entry> {
    return this.operate('refund', key, input, reply);
  }

  private async operate(
    kind: OperationKind,
    key: string,
    { params, body }: Input,
    reply: FastifyReply,
  ): Promise<Entry> {
    if (!isUuid(key)) throw new InvalidRequest([{ parameter: 'Idempotency-Key', detail: 'must be a UUID' }]);
    const { amount, currency } = body.amount;
    const operation: Operation = {
      kind,
      paymentId: params.id,
      amount: { amount, currency },
      ...(body.token !== undefined && { token: body.token }),
    };
    const behaviour = this.attempts.next(key, this.books.tokenOf(operation));
    if (!behaviour.arrives) return this.silent.keep(reply);
    if (!behaviour.available) throw new HttpError('UNAVAILABLE', 'Overloaded; try again.');
    const entry = await this.books.operate(key, operation);
    if (!behaviour.answers) return this.silent.keep(reply);
    await delay(behaviour.pauseMs);
    for (let count = 0; count < behaviour.callbacks; count += 1) {
      this.callbacks.send(callbackOf(params.id, entry));
    }
    return entry;
  }
}

const callbackOf = (paymentId: string, entry: Entry): object => {
  const { requestId, outcome } = entry;
  const told = { paymentId, requestId, outcome };
  if (entry.outcome === 'done') return { ...told, amount: entry.amount, reference: entry.reference };
  return entry.outcome === 'declined' ? { ...told, reason: entry.reason } : told;
};
