import { QueryBus } from '@nestjs/cqrs';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { listRequest, PageArguments, toConnection, UuidScalar } from '#mechanisms/graphql/index';
import type { Connection, GraphContext } from '#mechanisms/graphql/index';
import { GetOrderNodes } from '../queries/get-order-nodes.query.ts';
import { ListOrderNodes } from '../queries/list-order-nodes.query.ts';
import { keyOf } from '../queries/order.node.ts';
import type { OrderNode } from '../queries/order.node.ts';
import { OrderConnectionType, OrderFilter, OrderType } from './order.types.ts';

@Resolver(() => OrderType)
export class OrdersResolver {
  private readonly queries: QueryBus;

  constructor(queries: QueryBus) {
    this.queries = queries;
  }

  @Query(() => OrderType, { nullable: true, description: 'Null when there is none with this id.' })
  async order(
    @Args('id', { type: () => UuidScalar }) id: string,
    @Context() { freshness }: GraphContext,
  ): Promise<OrderNode | undefined> {
    return (await this.queries.execute(new GetOrderNodes([id], freshness))).get(id);
  }

  @Query(() => OrderConnectionType, { description: 'The best match of a search first, then the newest.' })
  async orders(
    @Args() page: PageArguments,
    @Args('filter', { type: () => OrderFilter, nullable: true }) filter: OrderFilter | null,
    @Context() { freshness }: GraphContext,
  ): Promise<Connection<OrderNode>> {
    const found = await this.queries.execute(new ListOrderNodes(listRequest(page, filter), freshness));
    return toConnection(found, keyOf);
  }
}
