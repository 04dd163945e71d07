import { QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { HistoryView } from '#mechanisms/history/index';
import { FreshQuery, ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness } from '#mechanisms/projections/index';
import { customerHistory } from '../projections/customer-history.projection.ts';

/** All events of a customer, oldest first; `undefined` when none with this id is registered. */
export class GetCustomerHistory extends FreshQuery<HistoryView | undefined> {
  readonly customerId: string;

  constructor(customerId: string, freshness: Freshness) {
    super(freshness);
    this.customerId = customerId;
  }
}

@QueryHandler(GetCustomerHistory)
export class GetCustomerHistoryHandler implements IQueryHandler<GetCustomerHistory> {
  private readonly reads: ProjectionReads;

  constructor(reads: ProjectionReads) {
    this.reads = reads;
  }

  execute(query: GetCustomerHistory): Promise<HistoryView | undefined> {
    return this.reads.read([customerHistory.projection], query, async (sql) => {
      const items = await customerHistory.of(query.customerId, sql);
      return items.some(({ type }) => type === 'CustomerRegistered') ? { items } : undefined;
    });
  }
}
