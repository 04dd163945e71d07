import { QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { HistoryView } from '#mechanisms/history/index';
import { FreshQuery, ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness } from '#mechanisms/projections/index';
import { paymentHistory } from '../projections/payment-history.projection.ts';

/** All events of a payment, oldest first; `undefined` when there is none with this id. */
export class GetPaymentHistory extends FreshQuery<HistoryView | undefined> {
  readonly paymentId: string;

  constructor(paymentId: string, freshness: Freshness) {
    super(freshness);
    this.paymentId = paymentId;
  }
}

@QueryHandler(GetPaymentHistory)
export class GetPaymentHistoryHandler implements IQueryHandler<GetPaymentHistory> {
  private readonly reads: ProjectionReads;

  constructor(reads: ProjectionReads) {
    this.reads = reads;
  }

  execute(query: GetPaymentHistory): Promise<HistoryView | undefined> {
    return this.reads.read([paymentHistory.projection], query, async (sql) => {
      const items = await paymentHistory.of(query.paymentId, sql);
      return items.length > 0 ? { items } : undefined;
    });
  }
}
