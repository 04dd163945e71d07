import { QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { FreshQuery, prepared, ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness } from '#mechanisms/projections/index';
import { orders } from '../projections/order-list.projection.ts';
import { ORDER_NODE } from './order.node.ts';
import type { OrderNode, OrderNodeRow } from './order.node.ts';
import { ordersIn } from './order.view.ts';

/** Those of some orders that there are, by id, with their customers and payments. */
export class GetOrderNodes extends FreshQuery<ReadonlyMap<string, OrderNode>> {
  readonly orderIds: readonly string[];

  constructor(orderIds: readonly string[], freshness: Freshness) {
    super(freshness);
    this.orderIds = orderIds;
  }
}

@QueryHandler(GetOrderNodes)
export class GetOrderNodesHandler implements IQueryHandler<GetOrderNodes> {
  private readonly reads: ProjectionReads;

  constructor(reads: ProjectionReads) {
    this.reads = reads;
  }

  execute(query: GetOrderNodes): Promise<ReadonlyMap<string, OrderNode>> {
    return this.reads.read([orders], query, async (sql) => {
      const { orderIds } = query;
      // for an array a plan is made each time, as long as it is short
      const [wanted, value] = orderIds.length === 1 ? ['= $1', orderIds[0]] : ['= ANY($1::uuid[])', orderIds];
      const text = `SELECT ${ORDER_NODE.columns} FROM ${ordersIn(sql.schema)} WHERE orders.order_id ${wanted}`;
      const { rows } = await sql.query<OrderNodeRow>(prepared(text, [value]));
      return new Map(rows.map((row) => [row.order_id, ORDER_NODE.show(row)]));
    });
  }
}
