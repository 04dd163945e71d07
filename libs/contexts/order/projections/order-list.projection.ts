import { Controller } from '@nestjs/common';
import { customer } from '#contexts/customer/index';
import { CreateCustomerList1762300000000 } from '#contexts/customer/read-model';
import { payment } from '#contexts/payment/index';
import { CreatePaymentList1762400000000 } from '#contexts/payment/read-model';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { ProjectEvents, projection, VersionConflict } from '#mechanisms/projections/index';
import type { ProjectionSql } from '#mechanisms/projections/index';
import type { OrderEvent } from '../events/order.events.ts';
import { order } from '../topic/order.topic.ts';
import { mergeOrderEvents } from './merge-order-events.ts';
import { CreateOrders1762300000000 } from './migrations/create-orders.migration.ts';
import { IndexOrderPayments1764200000000 } from './migrations/index-order-payments.migration.ts';
import { IndexCustomerNames1764100000000 } from './migrations/index-customer-names.migration.ts';
import { insertOrders, updateOrders } from './order-list.sql.ts';

/** Each topic writes a table of its own, joined when asked: it is the same which of them is ahead. */
export const orders = projection({
  name: 'orders',
  revision: 2,
  sources: [order, customer, payment],
  migrations: [
    CreateOrders1762300000000,
    CreateCustomerList1762300000000,
    CreatePaymentList1762400000000,
    IndexCustomerNames1764100000000,
    IndexOrderPayments1764200000000,
  ],
});

/** Keeps one row per order; every event must continue the version that its row has. */
@Controller()
export class OrderListProjection {
  @ProjectEvents(orders, order)
  async apply(events: readonly RecordedEvent<OrderEvent>[], sql: ProjectionSql): Promise<void> {
    const changes = mergeOrderEvents(events);
    const refused = [...(await insertOrders(sql, changes)), ...(await updateOrders(sql, changes))];
    const first = refused[0];
    if (first) throw new VersionConflict(first.orderId, first.storedVersion, first.firstVersion);
  }
}
