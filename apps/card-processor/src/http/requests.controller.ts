import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Command, HttpError, IdParam, Query } from '#mechanisms/service/index';
import type { CommandInput, QueryInput } from '#mechanisms/service/index';
import { Books } from '../books/books.ts';
import type { Entry } from '../books/entry.ts';
import { CancelKeyRequest } from './operation.request.ts';

/** What became of requests, by their idempotency keys. */
@ApiTags('requests')
@Controller('requests')
export class RequestsController {
  private readonly books: Books;

  constructor(books: Books) {
    this.books = books;
  }

  @Get(':id')
  async get(@Query({ params: IdParam }) { params }: QueryInput<IdParam>): Promise<Entry> {
    const entry = await this.books.find(params.id);
    if (!entry) throw new HttpError('REQUEST_NOT_FOUND', 'No request with this key has arrived.');
    return entry;
  }

  @Post(':id/cancel')
  @HttpCode(200)
  cancel(
    @Command({ params: IdParam, body: CancelKeyRequest }) { params }: CommandInput<CancelKeyRequest, IdParam>,
  ): Promise<Entry> {
    return this.books.cancelKey(params.id);
  }
}
