import type { EventModel } from '#mechanisms/event-store/index';
import { deadline } from '../aggregate/order.deadline.ts';
import { orderDecider } from '../aggregate/order.decider.ts';
import type { OrderCommand } from '../aggregate/order.decide.ts';
import { fromLatest, ORDER_FOLD_VERSION, toLatest } from '../aggregate/order.latest.ts';
import type { OrderState } from '../aggregate/order.state.ts';
import type { OrderEvent } from '../events/order.events.ts';
import type { OrderLatest } from '../events/order.latest.ts';
import { order } from '../topic/order.topic.ts';

/** Orders as the event store keeps them. */
export const orderModel: EventModel<OrderState, OrderCommand, OrderEvent> = {
  entity: order,
  decider: orderDecider,
  foldVersion: ORDER_FOLD_VERSION,
  toLatest: (state) => toLatest(state),
  fromLatest: (fields) => fromLatest(fields as OrderLatest),
  deadline,
};
