import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { TypeOrmModule } from '@nestjs/typeorm';
import { KafkaConnection } from '#mechanisms/kafka/index';
import { LiveEvents } from '#mechanisms/live/index';
import { SchemaTopic } from '#mechanisms/schemas/index';
import { OrderCustomersProjection } from './projections/order-customers.projection.ts';
import { OrderCustomerRow } from './projections/order-customers.table.ts';
import { OrderHistoryProjection } from './projections/order-history.projection.ts';
import { OrderListProjection } from './projections/order-list.projection.ts';
import { OrderListRow } from './projections/order-list.table.ts';
import { OrderPaymentsProjection } from './projections/order-payments.projection.ts';
import { OrderPaymentRow } from './projections/order-payments.table.ts';
import { FollowOrdersHandler } from './queries/follow-orders.query.ts';
import { GetOrderHistoryHandler } from './queries/get-order-history.query.ts';
import { ExplainOrderHandler } from './queries/explain-order.query.ts';
import { GetOrderStateHandler } from './queries/get-order-state.query.ts';
import { GetOrderHandler } from './queries/get-order.query.ts';
import { ListCustomerOrdersHandler } from './queries/list-customer-orders.query.ts';
import { ListOrdersHandler } from './queries/list-orders.query.ts';
import { SummarizeOrdersHandler } from './queries/summarize-orders.query.ts';
import { order } from './topic/order.topic.ts';

/** The read side of orders: its projections and its queries. Expects the global `KafkaModule` and `ProjectionsModule`. */
@Module({
  imports: [CqrsModule.forRoot(), TypeOrmModule.forFeature([OrderListRow, OrderCustomerRow, OrderPaymentRow])],
  controllers: [OrderListProjection, OrderHistoryProjection, OrderCustomersProjection, OrderPaymentsProjection],
  providers: [
    GetOrderHandler,
    GetOrderHistoryHandler,
    GetOrderStateHandler,
    ExplainOrderHandler,
    ListOrdersHandler,
    ListCustomerOrdersHandler,
    SummarizeOrdersHandler,
    FollowOrdersHandler,
    {
      provide: LiveEvents,
      inject: [KafkaConnection, SchemaTopic],
      useFactory: (kafka: KafkaConnection, schemas: SchemaTopic) => new LiveEvents(order, kafka, schemas),
    },
  ],
  exports: [CqrsModule],
})
export class OrderQueryModule {}
