import { customersResolver } from '#contexts/customer/read-model';
import { paymentsResolver } from '#contexts/payment/read-model';
import type { Graph } from '#mechanisms/graphql/index';

import { CustomerOrdersResolver } from './graph/customer-orders.resolver.ts';
import { OrderLoaders } from './graph/order.loaders.ts';
import { OrdersResolver } from './graph/orders.resolver.ts';
import { CustomerType, PaymentType } from './graph/order.types.ts';
import { orderHistory } from './projections/order-history.projection.ts';
import { orders } from './projections/order-list.projection.ts';
import { OrderQueryModule } from './query.module.ts';

/** The graph of orders with their customers and payments. */
export const orderGraph: Graph = {
  projections: [orders, orderHistory.projection],
  imports: [OrderQueryModule],
  resolvers: [OrdersResolver, CustomerOrdersResolver, customersResolver(CustomerType), paymentsResolver(PaymentType)],
  loaders: OrderLoaders,
};
