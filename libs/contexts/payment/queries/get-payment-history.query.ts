import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { ConsistencyToken } from '#mechanisms/event-sourcing/index';
import type { HistoryItem } from '#mechanisms/history/index';
import { ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness } from '#mechanisms/projections/index';
import { paymentHistory } from '../projections/payment-history.projection.ts';

export interface PaymentHistoryView {
  readonly items: readonly HistoryItem[];
}

/** All events of a payment, oldest first; `undefined` when there is none with this id. */
export class GetPaymentHistory extends Query<PaymentHistoryView | undefined> implements Freshness {
  readonly paymentId: string;
  readonly tokens: readonly ConsistencyToken[];
  readonly waitMs: number;

  constructor(paymentId: string, { tokens, waitMs }: Freshness) {
    super();
    this.paymentId = paymentId;
    this.tokens = tokens;
    this.waitMs = waitMs;
  }
}

@QueryHandler(GetPaymentHistory)
export class GetPaymentHistoryHandler implements IQueryHandler<GetPaymentHistory> {
  private readonly reads: ProjectionReads;

  constructor(reads: ProjectionReads) {
    this.reads = reads;
  }

  execute(query: GetPaymentHistory): Promise<PaymentHistoryView | undefined> {
    return this.reads.read([paymentHistory.projection], query, async (sql) => {
      const items = await paymentHistory.of(query.paymentId, sql);
      return items.length > 0 ? { items } : undefined;
    });
  }
}
