import type { Type } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { connectionOf, listRequest, PageArguments, toConnection, UuidScalar } from '#mechanisms/graphql/index';
import type { Connection, GraphContext } from '#mechanisms/graphql/index';
import type { CustomerView } from '../queries/customer.view.ts';
import { GetCustomer } from '../queries/get-customer.query.ts';
import { ListCustomers } from '../queries/list-customers.query.ts';
import { CustomerFilter } from './customer.type.ts';
import type { CustomerFields } from './customer.type.ts';

const LONGEST_SEARCH = 320;

/** `customer` and `customers` of a graph, answered with its own type of customers. */
export function customersResolver(customer: Type<CustomerFields>): Type {
  const connection = connectionOf('Customer', () => customer);

  @Resolver(() => customer)
  class CustomersResolver {
    readonly #queries: QueryBus;

    constructor(queries: QueryBus) {
      this.#queries = queries;
    }

    @Query(() => customer, { nullable: true, description: 'Null when none with this id is registered.' })
    customer(
      @Args('id', { type: () => UuidScalar }) id: string,
      @Context() { freshness }: GraphContext,
    ): Promise<CustomerView | undefined> {
      return this.#queries.execute(new GetCustomer(id, freshness));
    }

    @Query(() => connection, { description: 'The newest first.' })
    async customers(
      @Args() page: PageArguments,
      @Args('filter', { type: () => CustomerFilter, nullable: true }) filter: CustomerFilter | null,
      @Context() { freshness }: GraphContext,
    ): Promise<Connection<CustomerView>> {
      const request = listRequest(page, filter, LONGEST_SEARCH);
      const found = await this.#queries.execute(new ListCustomers(request, freshness));
      return toConnection(found, ({ registeredAt, customerId }) => ({
        time: Date.parse(registeredAt),
        id: customerId,
      }));
    }
  }
  return CustomersResolver;
}
