import { QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { Moment } from '#mechanisms/history/index';
import { FreshQuery, ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness } from '#mechanisms/projections/index';
import { isPlacement } from '../projections/merge-order-events.ts';
import type { OrderChange } from '../projections/merge-order-events.ts';
import { orderHistory } from '../projections/order-history.projection.ts';
import type { OrderView } from './order.view.ts';

/** What the events of an order alone say of it: nothing of its customer but the id, and nothing of its payment. */
export type OrderStateView = Omit<OrderView, 'payment'>;

/** An order as it was at a version or a time; `undefined` before it was placed, and beyond its newest version. */
export class GetOrderState extends FreshQuery<OrderStateView | undefined> {
  readonly orderId: string;
  readonly moment: Moment;

  constructor(orderId: string, moment: Moment, freshness: Freshness) {
    super(freshness);
    this.orderId = orderId;
    this.moment = moment;
  }
}

@QueryHandler(GetOrderState)
export class GetOrderStateHandler implements IQueryHandler<GetOrderState> {
  private readonly reads: ProjectionReads;

  constructor(reads: ProjectionReads) {
    this.reads = reads;
  }

  execute(query: GetOrderState): Promise<OrderStateView | undefined> {
    return this.reads.read([orderHistory.projection], query, async (sql) => {
      const state = await orderHistory.stateAt(query.orderId, query.moment, sql);
      return state && toStateView(state);
    });
  }
}

function toStateView(state: OrderChange): OrderStateView {
  if (!isPlacement(state)) throw new Error(`order ${state.orderId} has a history that begins without its placement`);
  const { orderId, version, status, placed, reason, reasonText, carrier, trackingNumber } = state;
  return {
    orderId,
    version,
    status,
    ...(reason !== undefined && { reason }),
    ...(typeof reasonText === 'string' && { reasonText }),
    customer: { customerId: placed.customerId },
    lines: placed.lines,
    total: placed.total,
    ...(carrier !== undefined && trackingNumber !== undefined && { shipment: { carrier, trackingNumber } }),
    placedAt: new Date(state.firstAt).toISOString(),
    updatedAt: new Date(state.updatedAt).toISOString(),
  };
}
