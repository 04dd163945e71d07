import { EventStoreHost } from '#mechanisms/service/index';
import type { OrderCommand } from '../aggregate/order.decide.ts';
import type { OrderState } from '../aggregate/order.state.ts';
import type { OrderEvent } from '../events/order.events.ts';

/** The orders of this process's partitions. */
export class OrderEventStore extends EventStoreHost<OrderState, OrderCommand, OrderEvent> {}
