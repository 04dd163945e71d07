import { Inject } from '@nestjs/common';
import { QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { FreshQuery, prepared, ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness, Projection } from '#mechanisms/projections/index';
import { PAYMENT_TABLE } from './payment-tables.ts';
import { PAYMENT_COLUMNS, toPaymentView } from './payment.view.ts';
import type { PaymentRow, PaymentView } from './payment.view.ts';

/** One payment; `undefined` when there is none with this id. */
export class GetPayment extends FreshQuery<PaymentView | undefined> {
  readonly paymentId: string;

  constructor(paymentId: string, freshness: Freshness) {
    super(freshness);
    this.paymentId = paymentId;
  }
}

@QueryHandler(GetPayment)
export class GetPaymentHandler implements IQueryHandler<GetPayment> {
  private readonly reads: ProjectionReads;
  private readonly payments: Projection;

  constructor(reads: ProjectionReads, @Inject(PAYMENT_TABLE) payments: Projection) {
    this.reads = reads;
    this.payments = payments;
  }

  execute(query: GetPayment): Promise<PaymentView | undefined> {
    return this.reads.read([this.payments], query, async (sql) => {
      const text = `SELECT ${PAYMENT_COLUMNS} FROM ${sql.schema}.payments WHERE payment_id = $1`;
      const { rows } = await sql.query<PaymentRow>(prepared(text, [query.paymentId]));
      return rows[0] && toPaymentView(rows[0]);
    });
  }
}
