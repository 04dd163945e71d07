import { entity } from '#mechanisms/schemas/entity';
import { orderEvents } from '../events/order.events.ts';
import { OrderLatest } from '../events/order.latest.ts';

/** `order-events`, `order-latest` and `order-control`, keyed by the order's id. */
export const order = entity({ name: 'order', idField: 'orderId', events: orderEvents, latest: OrderLatest });
