import { Controller, Get } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { ListCustomerOrders } from '#contexts/order/queries/list-customer-orders.query';
import type { OrderView } from '#contexts/order/queries/order.view';
import type { Page } from '#mechanisms/projections/index';
import { ApiQueryRoute, HttpError, IdParam, Query } from '#mechanisms/service/index';
import type { QueryInput } from '#mechanisms/service/index';
import { DEFAULT_LIMIT, PageRequest } from './list-orders.request.ts';
import { OrderPageResponse } from './order.response.ts';

@ApiTags('orders')
@Controller('customers')
export class CustomerOrdersController {
  private readonly queries: QueryBus;

  constructor(queries: QueryBus) {
    this.queries = queries;
  }

  @Get(':id/orders')
  @ApiQueryRoute({
    summary: 'The orders of a customer, newest first',
    params: IdParam,
    query: PageRequest,
    answer: OrderPageResponse,
  })
  async list(
    @Query({ params: IdParam, query: PageRequest }) { params, query, freshness }: QueryInput<IdParam, PageRequest>,
  ): Promise<Page<OrderView>> {
    const { limit = DEFAULT_LIMIT, ...rest } = query;
    const request = { ...rest, limit, customerId: params.id };
    const page = await this.queries.execute(new ListCustomerOrders(request, freshness));
    if (!page) throw new HttpError('CUSTOMER_NOT_FOUND', 'There is no such customer.');
    return page;
  }
}
