export * from './events/order.events.ts';
export * from './events/order.latest.ts';
export * from './topic/order.topic.ts';
