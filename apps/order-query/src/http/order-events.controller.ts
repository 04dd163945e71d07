import { Controller, Get, Headers, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { FollowOrders } from '#contexts/order/queries/follow-orders.query';
import type { FollowRequest } from '#contexts/order/queries/follow-orders.query';
import { ApiEventStream, EventStreams, HttpError, IdParam, Query } from '#mechanisms/service/index';
import type { QueryInput } from '#mechanisms/service/index';

@ApiTags('orders')
@Controller('orders')
export class OrderEventsController {
  private readonly queries: QueryBus;
  private readonly streams: EventStreams;

  constructor(queries: QueryBus, streams: EventStreams) {
    this.queries = queries;
    this.streams = streams;
  }

  @Get('events')
  @ApiEventStream({ summary: 'The events of all orders as they are committed' })
  all(
    @Query({}) { freshness }: QueryInput,
    @Headers('last-event-id') after: string | undefined,
    @Res() reply: FastifyReply,
  ) {
    return this.follow({ after }, freshness, reply);
  }

  @Get(':id/events')
  @ApiEventStream({ summary: 'The events of one order as they are committed', params: IdParam })
  one(
    @Query({ params: IdParam }) { params, freshness }: QueryInput<IdParam>,
    @Headers('last-event-id') after: string | undefined,
    @Res() reply: FastifyReply,
  ) {
    return this.follow({ orderId: params.id.toLowerCase(), after }, freshness, reply);
  }

  private async follow(request: FollowRequest, freshness: QueryInput['freshness'], reply: FastifyReply): Promise<void> {
    const feed = await this.queries.execute(new FollowOrders(request, freshness));
    if (!feed) throw new HttpError('ORDER_NOT_FOUND', 'There is no such order.');
    this.streams.send(feed, reply);
  }
}
