import { Controller, Get, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ExplainOrder } from '#contexts/order/queries/explain-order.query';
import { GetOrder } from '#contexts/order/queries/get-order.query';
import { GetOrderHistory } from '#contexts/order/queries/get-order-history.query';
import { GetOrderState } from '#contexts/order/queries/get-order-state.query';
import type { OrderStateView } from '#contexts/order/queries/get-order-state.query';
import { ListOrders } from '#contexts/order/queries/list-orders.query';
import type { OrderExplanation } from '#contexts/order/queries/order.explanation';
import type { OrderView } from '#contexts/order/queries/order.view';
import { SummarizeOrders } from '#contexts/order/queries/summarize-orders.query';
import type { OrderSummary } from '#contexts/order/queries/summarize-orders.query';
import type { HistoryView } from '#mechanisms/history/index';
import type { Page } from '#mechanisms/projections/index';
import { ApiQueryRoute, HistoryResponse, HttpError, IdParam, Query } from '#mechanisms/service/index';
import type { QueryInput } from '#mechanisms/service/index';
import { DEFAULT_LIMIT, ListOrdersRequest } from './list-orders.request.ts';
import { OrderExplanationResponse } from './order-explanation.response.ts';
import { momentOf, oneMoment, OrderStateRequest } from './order-state.request.ts';
import { OrderSummaryRequest } from './order-summary.request.ts';
import { OrderSummaryResponse } from './order-summary.response.ts';
import { OrderPageResponse, OrderResponse, OrderStateResponse } from './order.response.ts';

@ApiTags('orders')
@Controller('orders')
export class OrdersController {
  private readonly queries: QueryBus;

  constructor(queries: QueryBus) {
    this.queries = queries;
  }

  @Get()
  @ApiQueryRoute({
    summary: 'Orders, the best match of a search first, then the newest',
    query: ListOrdersRequest,
    answer: OrderPageResponse,
  })
  list(
    @Query({ query: ListOrdersRequest }) { query, freshness }: QueryInput<object, ListOrdersRequest>,
  ): Promise<Page<OrderView>> {
    const { customerId, placedFrom, placedTo, limit = DEFAULT_LIMIT, ...filter } = query;
    const request = {
      ...filter,
      limit,
      ...(customerId && { customerId: customerId.toLowerCase() }),
      ...(placedFrom && { placedFrom: new Date(placedFrom) }),
      ...(placedTo && { placedTo: new Date(placedTo) }),
    };
    return this.queries.execute(new ListOrders(request, freshness));
  }

  @Get('summary')
  @ApiQueryRoute({ summary: 'Orders counted and added up', query: OrderSummaryRequest, answer: OrderSummaryResponse })
  summary(
    @Query({ query: OrderSummaryRequest }) { query, freshness }: QueryInput<object, OrderSummaryRequest>,
  ): Promise<OrderSummary> {
    const { groupBy, from, to } = query;
    const request = { groupBy, ...(from && { from: new Date(from) }), ...(to && { to: new Date(to) }) };
    return this.queries.execute(new SummarizeOrders(request, freshness));
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

  @Get(':id/history')
  @ApiQueryRoute({ summary: 'Every event of an order, oldest first', params: IdParam, answer: HistoryResponse })
  async history(@Query({ params: IdParam }) { params, freshness }: QueryInput<IdParam>): Promise<HistoryView> {
    const history = await this.queries.execute(new GetOrderHistory(params.id, freshness));
    if (!history) throw new HttpError('ORDER_NOT_FOUND', 'There is no such order.');
    return history;
  }

  @Get(':id/state')
  @ApiQueryRoute({
    summary: 'One order as it was at a version or a time',
    params: IdParam,
    query: OrderStateRequest,
    answer: OrderStateResponse,
  })
  async state(
    @Query({ params: IdParam, query: OrderStateRequest, rule: oneMoment })
    { params, query, freshness }: QueryInput<IdParam, OrderStateRequest>,
  ): Promise<OrderStateView> {
    const state = await this.queries.execute(new GetOrderState(params.id, momentOf(query), freshness));
    if (!state) throw new HttpError('ORDER_NOT_FOUND', 'There was no such order, or it has no such version.');
    return state;
  }

  @Get(':id/explanation')
  @ApiQueryRoute({
    summary: 'Why an order is as it is, and what it waits for',
    params: IdParam,
    answer: OrderExplanationResponse,
  })
  async explanation(@Query({ params: IdParam }) { params, freshness }: QueryInput<IdParam>): Promise<OrderExplanation> {
    const explanation = await this.queries.execute(new ExplainOrder(params.id, freshness));
    if (!explanation) throw new HttpError('ORDER_NOT_FOUND', 'There is no such order.');
    return explanation;
  }
}
