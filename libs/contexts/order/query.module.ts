import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  CUSTOMER_TABLE,
  GetCustomerHandler,
  GetCustomersHandler,
  ListCustomersHandler,
} from '#contexts/customer/read-model';
import { GetPaymentHandler, ListPaymentsHandler, PAYMENT_TABLE } from '#contexts/payment/read-model';
import { KafkaConnection } from '#mechanisms/kafka/index';
import { LiveEvents } from '#mechanisms/live/index';
import { SchemaTopic } from '#mechanisms/schemas/index';
import { OrderCustomersProjection } from './projections/order-customers.projection.ts';
import { OrderHistoryProjection } from './projections/order-history.projection.ts';
import { OrderListProjection, orders } from './projections/order-list.projection.ts';
import { OrderListRow } from './projections/order-list.table.ts';
import { OrderCustomerRow, OrderPaymentRow } from './projections/order-neighbours.table.ts';
import { OrderPaymentsProjection } from './projections/order-payments.projection.ts';
import { FollowOrdersHandler } from './queries/follow-orders.query.ts';
import { GetOrderHistoryHandler } from './queries/get-order-history.query.ts';
import { ExplainOrderHandler } from './queries/explain-order.query.ts';
import { GetOrderStateHandler } from './queries/get-order-state.query.ts';
import { GetOrderNodesHandler } from './queries/get-order-nodes.query.ts';
import { GetOrderHandler } from './queries/get-order.query.ts';
import { ListCustomerOrdersHandler } from './queries/list-customer-orders.query.ts';
import { ListOrderNodesOfCustomersHandler } from './queries/list-order-nodes-of-customers.query.ts';
import { ListOrderNodesHandler } from './queries/list-order-nodes.query.ts';
import { ListOrdersHandler } from './queries/list-orders.query.ts';
import { SummarizeOrdersHandler } from './queries/summarize-orders.query.ts';
import { order } from './topic/order.topic.ts';

/**
 * The read side of orders, with the customers and payments beside them: its projections and its queries. Expects the global
 * `KafkaModule` and `ProjectionsModule`.
 */
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
    GetOrderNodesHandler,
    ListOrderNodesHandler,
    ListOrderNodesOfCustomersHandler,
    { provide: CUSTOMER_TABLE, useValue: orders },
    GetCustomerHandler,
    GetCustomersHandler,
    ListCustomersHandler,
    { provide: PAYMENT_TABLE, useValue: orders },
    GetPaymentHandler,
    ListPaymentsHandler,
  ],
  exports: [CqrsModule],
})
export class OrderQueryModule {}
