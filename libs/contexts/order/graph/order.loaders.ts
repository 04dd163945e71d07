import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { GetCustomers } from '#contexts/customer/read-model';
import type { CustomerView } from '#contexts/customer/read-model';
import type { PaymentView } from '#contexts/payment/read-model';
import { listRequest, toConnection } from '#mechanisms/graphql/index';
import type { Connection, GraphContext, GraphLoaders, PageArguments } from '#mechanisms/graphql/index';
import { GetOrderNodes } from '../queries/get-order-nodes.query.ts';
import { ListOrderNodesOfCustomers } from '../queries/list-order-nodes-of-customers.query.ts';
import { keyOf } from '../queries/order.node.ts';
import type { OrderNode } from '../queries/order.node.ts';

/** One object that wants a field, and the arguments of the field. */
interface Wanted<Object, Arguments = object> {
  readonly obj: Object;
  readonly params: Arguments;
}

/** What an order does not bring along: each field of all objects of an answer in one statement. */
@Injectable()
export class OrderLoaders implements GraphLoaders {
  private readonly queries: QueryBus;

  constructor(queries: QueryBus) {
    this.queries = queries;
  }

  readonly loaders = {
    Customer: {
      orders: (wanted: Wanted<CustomerView, PageArguments>[], context: GraphContext) => this.orders(wanted, context),
    },
    Payment: {
      order: (wanted: Wanted<PaymentView>[], context: GraphContext) => this.order(wanted, context),
      customer: (wanted: Wanted<PaymentView>[], context: GraphContext) => this.customer(wanted, context),
    },
  };

  private async order(wanted: Wanted<PaymentView>[], { freshness }: GraphContext) {
    const ids = wanted.map(({ obj }) => obj.orderId);
    const orders = await this.queries.execute(new GetOrderNodes(ids, freshness));
    return ids.map((id) => orders.get(id));
  }

  private async customer(wanted: Wanted<PaymentView>[], { freshness }: GraphContext) {
    const ids = wanted.map(({ obj }) => obj.customerId);
    const customers = await this.queries.execute(new GetCustomers(ids, freshness));
    return ids.map((id) => customers.get(id));
  }

  /** Aliases may ask for several pages; each is read for all customers at once. */
  private async orders(wanted: Wanted<CustomerView, PageArguments>[], { freshness }: GraphContext) {
    const pages = new Map<Wanted<CustomerView>, Connection<OrderNode>>();
    for (const same of Map.groupBy(wanted, ({ params }) => JSON.stringify(params)).values()) {
      const customerIds = same.map(({ obj }) => obj.customerId);
      const request = { ...listRequest(same[0]!.params, undefined), customerIds };
      const found = await this.queries.execute(new ListOrderNodesOfCustomers(request, freshness));
      for (const one of same) pages.set(one, toConnection(found.get(one.obj.customerId)!, keyOf));
    }
    return wanted.map((one) => pages.get(one));
  }
}
