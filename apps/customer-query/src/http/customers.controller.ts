import { Controller, Get, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CustomerView } from '#contexts/customer/queries/customer.view';
import { GetCustomer } from '#contexts/customer/queries/get-customer.query';
import { GetCustomerHistory } from '#contexts/customer/queries/get-customer-history.query';
import { ListCustomers } from '#contexts/customer/queries/list-customers.query';
import type { HistoryView } from '#mechanisms/history/index';
import type { Page } from '#mechanisms/projections/index';
import { ApiQueryRoute, HistoryResponse, HttpError, IdParam, Query } from '#mechanisms/service/index';
import type { QueryInput } from '#mechanisms/service/index';
import { CustomerPageResponse, CustomerResponse } from './customer.response.ts';
import { ListCustomersRequest } from './list-customers.request.ts';

const DEFAULT_LIMIT = 20;

@ApiTags('customers')
@Controller('customers')
export class CustomersController {
  private readonly queries: QueryBus;

  constructor(queries: QueryBus) {
    this.queries = queries;
  }

  @Get()
  @ApiQueryRoute({ summary: 'Customers, newest first', query: ListCustomersRequest, answer: CustomerPageResponse })
  list(
    @Query({ query: ListCustomersRequest }) { query, freshness }: QueryInput<object, ListCustomersRequest>,
  ): Promise<Page<CustomerView>> {
    const { limit = DEFAULT_LIMIT, ...filter } = query;
    return this.queries.execute(new ListCustomers({ ...filter, limit }, freshness));
  }

  @Get(':id')
  @ApiQueryRoute({ summary: 'One customer', params: IdParam, answer: CustomerResponse })
  async get(
    @Query({ params: IdParam }) { params, freshness }: QueryInput<IdParam>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerView> {
    const customer = await this.queries.execute(new GetCustomer(params.id, freshness));
    if (!customer) throw new HttpError('CUSTOMER_NOT_FOUND', 'There is no such customer.');
    void reply.header('etag', `"${customer.version}"`);
    return customer;
  }

  @Get(':id/history')
  @ApiQueryRoute({ summary: 'Every event of a customer, oldest first', params: IdParam, answer: HistoryResponse })
  async history(@Query({ params: IdParam }) { params, freshness }: QueryInput<IdParam>): Promise<HistoryView> {
    const history = await this.queries.execute(new GetCustomerHistory(params.id, freshness));
    if (!history) throw new HttpError('CUSTOMER_NOT_FOUND', 'There is no such customer.');
    return history;
  }
}
