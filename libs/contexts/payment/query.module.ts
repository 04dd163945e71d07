import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PaymentHistoryProjection } from './projections/payment-history.projection.ts';
import { PaymentListProjection, payments } from './projections/payment-list.projection.ts';
import { PaymentListRow } from './projections/payment-list.table.ts';
import { PAYMENT_TABLE } from './queries/payment-tables.ts';
import { GetPaymentHistoryHandler } from './queries/get-payment-history.query.ts';
import { GetPaymentHandler } from './queries/get-payment.query.ts';
import { ListPaymentsHandler } from './queries/list-payments.query.ts';

/** The read side of payments: its projections and its queries. Expects the global `ProjectionsModule`. */
@Module({
  imports: [CqrsModule.forRoot(), TypeOrmModule.forFeature([PaymentListRow])],
  controllers: [PaymentListProjection, PaymentHistoryProjection],
  providers: [
    { provide: PAYMENT_TABLE, useValue: payments },
    GetPaymentHandler,
    GetPaymentHistoryHandler,
    ListPaymentsHandler,
  ],
  exports: [CqrsModule],
})
export class PaymentQueryModule {}
