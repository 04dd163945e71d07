import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PaymentListProjection } from './projections/payment-list.projection.ts';
import { PaymentListRow } from './projections/payment-list.table.ts';
import { GetPaymentHandler } from './queries/get-payment.query.ts';
import { ListPaymentsHandler } from './queries/list-payments.query.ts';

/** The read side of payments: its projection and its queries. Expects the global `ProjectionsModule`. */
@Module({
  imports: [CqrsModule.forRoot(), TypeOrmModule.forFeature([PaymentListRow])],
  controllers: [PaymentListProjection],
  providers: [GetPaymentHandler, ListPaymentsHandler],
  exports: [CqrsModule],
})
export class PaymentQueryModule {}
