import type { Type } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { connectionOf, listRequest, PageArguments, toConnection, UuidScalar } from '#mechanisms/graphql/index';
import type { Connection, GraphContext } from '#mechanisms/graphql/index';
import { GetPayment } from '../queries/get-payment.query.ts';
import { ListPayments } from '../queries/list-payments.query.ts';
import type { PaymentView } from '../queries/payment.view.ts';
import { PaymentFilter } from './payment.type.ts';
import type { PaymentFields } from './payment.type.ts';

/** `payment` and `payments` of a graph, answered with its own type of payments. */
export function paymentsResolver(payment: Type<PaymentFields>): Type {
  const connection = connectionOf('Payment', () => payment);

  @Resolver(() => payment)
  class PaymentsResolver {
    readonly #queries: QueryBus;

    constructor(queries: QueryBus) {
      this.#queries = queries;
    }

    @Query(() => payment, { nullable: true, description: 'Null when there is none with this id.' })
    payment(
      @Args('id', { type: () => UuidScalar }) id: string,
      @Context() { freshness }: GraphContext,
    ): Promise<PaymentView | undefined> {
      return this.#queries.execute(new GetPayment(id, freshness));
    }

    @Query(() => connection, { description: 'The newest first.' })
    async payments(
      @Args() page: PageArguments,
      @Args('filter', { type: () => PaymentFilter, nullable: true }) filter: PaymentFilter | null,
      @Context() { freshness }: GraphContext,
    ): Promise<Connection<PaymentView>> {
      const found = await this.#queries.execute(new ListPayments(listRequest(page, filter), freshness));
      return toConnection(found, ({ initiatedAt, paymentId }) => ({ time: Date.parse(initiatedAt), id: paymentId }));
    }
  }
  return PaymentsResolver;
}
