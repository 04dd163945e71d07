import { ObjectType } from '@nestjs/graphql';
import type { Graph } from '#mechanisms/graphql/index';
import { CustomerFields } from './graph/customer.type.ts';
import { customersResolver } from './graph/customers.resolver.ts';
import { customers } from './projections/customer-list.projection.ts';
import { CustomerQueryModule } from './query.module.ts';

@ObjectType('Customer')
class CustomerType extends CustomerFields {}

/** The graph of customers alone. */
export const customerGraph: Graph = {
  projections: [customers],
  imports: [CustomerQueryModule],
  resolvers: [customersResolver(CustomerType)],
};
