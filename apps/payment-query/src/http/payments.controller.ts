import { Controller, Get, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { GetPayment } from '#contexts/payment/queries/get-payment.query';
import { GetPaymentHistory } from '#contexts/payment/queries/get-payment-history.query';
import { ListPayments } from '#contexts/payment/queries/list-payments.query';
import type { PaymentView } from '#contexts/payment/queries/payment.view';
import type { HistoryView } from '#mechanisms/history/index';
import type { Page } from '#mechanisms/projections/index';
import { ApiQueryRoute, HistoryResponse, HttpError, IdParam, Query } from '#mechanisms/service/index';
import type { QueryInput } from '#mechanisms/service/index';
import { ListPaymentsRequest } from './list-payments.request.ts';
import { PaymentPageResponse, PaymentResponse } from './payment.response.ts';

const DEFAULT_LIMIT = 20;

@ApiTags('payments')
@Controller('payments')
export class PaymentsController {
  private readonly queries: QueryBus;

  constructor(queries: QueryBus) {
    this.queries = queries;
  }

  @Get()
  @ApiQueryRoute({ summary: 'Payments, newest first', query: ListPaymentsRequest, answer: PaymentPageResponse })
  list(
    @Query({ query: ListPaymentsRequest }) { query, freshness }: QueryInput<object, ListPaymentsRequest>,
  ): Promise<Page<PaymentView>> {
    const { orderId, limit = DEFAULT_LIMIT, ...filter } = query;
    const request = { ...filter, limit, ...(orderId && { orderId: orderId.toLowerCase() }) };
    return this.queries.execute(new ListPayments(request, freshness));
  }

  @Get(':id')
  @ApiQueryRoute({ summary: 'One payment', params: IdParam, answer: PaymentResponse })
  async get(
    @Query({ params: IdParam }) { params, freshness }: QueryInput<IdParam>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PaymentView> {
    const payment = await this.queries.execute(new GetPayment(params.id, freshness));
    if (!payment) throw new HttpError('PAYMENT_NOT_FOUND', 'There is no such payment.');
    void reply.header('etag', `"${payment.version}"`);
    return payment;
  }

  @Get(':id/history')
  @ApiQueryRoute({ summary: 'Every event of a payment, oldest first', params: IdParam, answer: HistoryResponse })
  async history(@Query({ params: IdParam }) { params, freshness }: QueryInput<IdParam>): Promise<HistoryView> {
    const history = await this.queries.execute(new GetPaymentHistory(params.id, freshness));
    if (!history) throw new HttpError('PAYMENT_NOT_FOUND', 'There is no such payment.');
    return history;
  }
}
