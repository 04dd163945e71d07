import { QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { LiveEvents } from '#mechanisms/live/index';
import type { LiveFeed } from '#mechanisms/live/index';
import { FreshQuery, ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness } from '#mechanisms/projections/index';
import { orderHistory } from '../projections/order-history.projection.ts';

/** Whose events, and the id of the last one received. */
export interface FollowRequest {
  readonly orderId?: string;
  readonly after: string | undefined;
}

/** The events of one order or of all as they are committed; `undefined` when there is no order with this id. */
export class FollowOrders extends FreshQuery<LiveFeed | undefined> {
  readonly request: FollowRequest;

  constructor(request: FollowRequest, freshness: Freshness) {
    super(freshness);
    this.request = request;
  }
}

@QueryHandler(FollowOrders)
export class FollowOrdersHandler implements IQueryHandler<FollowOrders> {
  private readonly reads: ProjectionReads;
  private readonly live: LiveEvents;

  constructor(reads: ProjectionReads, live: LiveEvents) {
    this.reads = reads;
    this.live = live;
  }

  /** @throws InvalidPosition for an `after` that no event had; EventsUnavailable */
  async execute(query: FollowOrders): Promise<LiveFeed | undefined> {
    const { orderId, after } = query.request;
    if (orderId !== undefined && !(await this.exists(orderId, query))) return undefined;
    return this.live.open({ entityId: orderId, after });
  }

  private exists(orderId: string, freshness: Freshness): Promise<boolean> {
    return this.reads.read([orderHistory.projection], freshness, async (sql) => {
      const [first] = await orderHistory.eventsOf(orderId, sql, 0, 1);
      return first !== undefined;
    });
  }
}
