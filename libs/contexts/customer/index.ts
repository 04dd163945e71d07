export * from './events/customer.events.ts';
export * from './events/customer.latest.ts';
export * from './topic/customer.topic.ts';
