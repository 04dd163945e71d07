import { Inject } from '@nestjs/common';
import { QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { FreshQuery, fromCursor, pageOf, prepared, ProjectionReads, rowsFor } from '#mechanisms/projections/index';
import type { Freshness, Page, Projection } from '#mechanisms/projections/index';
import type { PaymentStatus } from '../projections/payment-list.table.ts';
import { PAYMENT_TABLE } from './payment-tables.ts';
import { PAYMENT_COLUMNS, toPaymentView } from './payment.view.ts';
import type { PaymentRow, PaymentView } from './payment.view.ts';

/** Which payments a list holds, and which part of it is asked for. */
export interface PaymentListRequest {
  readonly status?: PaymentStatus;
  readonly orderId?: string;
  /** 1 to 100. */
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: string;
}

/** A page of payments, newest first. Paging neither skips nor repeats a payment, whatever changes meanwhile. */
export class ListPayments extends FreshQuery<Page<PaymentView>> {
  readonly request: PaymentListRequest;

  constructor(request: PaymentListRequest, freshness: Freshness) {
    super(freshness);
    this.request = request;
  }
}

@QueryHandler(ListPayments)
export class ListPaymentsHandler implements IQueryHandler<ListPayments> {
  private readonly reads: ProjectionReads;
  private readonly payments: Projection;

  constructor(reads: ProjectionReads, @Inject(PAYMENT_TABLE) payments: Projection) {
    this.reads = reads;
    this.payments = payments;
  }

  /** @throws InvalidCursor for an `after` that no page gave out. */
  async execute(query: ListPayments): Promise<Page<PaymentView>> {
    const { limit } = query.request;
    const statementIn = statementFor(query.request);
    return this.reads.read([this.payments], query, async (sql) => {
      const { rows } = await sql.query<PaymentRow>(statementIn(sql.schema));
      const page = pageOf(rows, limit, ({ initiated_at, payment_id }) => ({
        time: new Date(initiated_at).getTime(),
        id: payment_id,
      }));
      return { ...page, items: page.items.map(toPaymentView) };
    });
  }
}

function statementFor({ status, orderId, limit, after }: PaymentListRequest) {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const where = (condition: (...parameters: string[]) => string, ...parameters: unknown[]): void => {
    conditions.push(condition(...parameters.map((parameter) => `$${values.push(parameter)}`)));
  };
  if (status !== undefined) where((wanted) => `status = ${wanted}`, status);
  if (orderId !== undefined) where((wanted) => `order_id = ${wanted}`, orderId);
  if (after !== undefined) {
    const { time, id } = fromCursor(after);
    where(
      (initiatedAt, paymentId) => `(initiated_at, payment_id) < (${initiatedAt}, ${paymentId})`,
      new Date(time).toISOString(),
      id,
    );
  }
  const textIn = (schema: string): string => `SELECT ${PAYMENT_COLUMNS} FROM ${schema}.payments
    ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
    ORDER BY initiated_at DESC, payment_id DESC LIMIT ${rowsFor(limit)}`;
  return (schema: string) => prepared(textIn(schema), values);
}
