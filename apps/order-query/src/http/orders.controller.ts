import { Controller, Get, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { GetOrder } from '#contexts/order/queries/get-order.query';
import { ListOrders } from '#contexts/order/queries/list-orders.query';
import type { OrderView } from '#contexts/order/queries/order.view';
import type { Page } from '#mechanisms/projections/index';
import { ApiQueryRoute, HttpError, IdParam, Query } from '#mechanisms/service/index';
import type { QueryInput } from '#mechanisms/service/index';
import { DEFAULT_LIMIT, ListOrdersRequest } from './list-orders.request.ts';
import { OrderPageResponse, OrderResponse } from './order.response.ts';

@ApiTags('orders')
@Controller('orders')
export class OrdersController {
  private readonly queries: QueryBus;

  constructor(queries: QueryBus) {
    this.queries = queries;
  }

  @Get()
  @ApiQueryRoute({ summary: 'Orders, newest first', query: ListOrdersRequest, answer: OrderPageResponse })
  list(
    @Query({ query: ListOrdersRequest }) { query, freshness }: QueryInput<object, ListOrdersRequest>,
  ): Promise<Page<OrderView>> {
    const { customerId, limit = DEFAULT_LIMIT, ...filter } = query;
    const request = { ...filter, limit, ...(customerId && { customerId: customerId.toLowerCase() }) };
    return this.queries.execute(new ListOrders(request, freshness));
  }

  @Get(':id')
  @ApiQueryRoute({ summary: 'One order', params: IdParam, answer: OrderResponse })
  async get(
    @Query({ params: IdParam }) { params, freshness }: QueryInput<IdParam>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderView> {
    const order = await this.queries.execute(new GetOrder(params.id, freshness));
    if (!order) throw new HttpError('ORDER_NOT_FOUND', 'There is no such order.');
    void reply.header('etag', `"${order.version}"`);
    return order;
  }
}
