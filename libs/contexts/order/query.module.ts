import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrderListProjection } from './projections/order-list.projection.ts';
import { OrderListRow } from './projections/order-list.table.ts';
import { GetOrderHandler } from './queries/get-order.query.ts';
import { ListOrdersHandler } from './queries/list-orders.query.ts';

/** The read side of orders: its projection and its queries. Expects the global `ProjectionsModule`. */
@Module({
  imports: [CqrsModule.forRoot(), TypeOrmModule.forFeature([OrderListRow])],
  controllers: [OrderListProjection],
  providers: [GetOrderHandler, ListOrdersHandler],
  exports: [CqrsModule],
})
export class OrderQueryModule {}
