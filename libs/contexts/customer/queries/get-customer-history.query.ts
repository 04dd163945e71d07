import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { ConsistencyToken } from '#mechanisms/event-sourcing/index';
import type { HistoryItem } from '#mechanisms/history/index';
import { ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness } from '#mechanisms/projections/index';
import { customerHistory } from '../projections/customer-history.projection.ts';

export interface CustomerHistoryView {
  readonly items: readonly HistoryItem[];
}

/** All events of a customer, oldest first; `undefined` when none with this id is registered. */
export class GetCustomerHistory extends Query<CustomerHistoryView | undefined> implements Freshness {
  readonly customerId: string;
  readonly tokens: readonly ConsistencyToken[];
  readonly waitMs: number;

  constructor(customerId: string, { tokens, waitMs }: Freshness) {
    super();
    this.customerId = customerId;
    this.tokens = tokens;
    this.waitMs = waitMs;
  }
}

@QueryHandler(GetCustomerHistory)
export class GetCustomerHistoryHandler implements IQueryHandler<GetCustomerHistory> {
  private readonly reads: ProjectionReads;

  constructor(reads: ProjectionReads) {
    this.reads = reads;
  }

  execute(query: GetCustomerHistory): Promise<CustomerHistoryView | undefined> {
    return this.reads.read([customerHistory.projection], query, async (sql) => {
      const items = await customerHistory.of(query.customerId, sql);
      return items.some(({ type }) => type === 'CustomerRegistered') ? { items } : undefined;
    });
  }
}
