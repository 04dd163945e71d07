import { Args, ResolveField, Resolver } from '@nestjs/graphql';
import { PageArguments } from '#mechanisms/graphql/index';
import { CustomerType, OrderConnectionType } from './order.types.ts';

/** Declares the field of customers that has arguments; `OrderLoaders` answers it. */
@Resolver(() => CustomerType)
export class CustomerOrdersResolver {
  @ResolveField(() => OrderConnectionType, { description: 'The newest first.' })
  orders(@Args() _page: PageArguments): never {
    throw new Error('a loader reads the orders of customers');
  }
}
