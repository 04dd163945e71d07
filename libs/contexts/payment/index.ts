export * from './events/payment.events.ts';
export * from './events/payment.latest.ts';
export * from './topic/payment.id.ts';
export * from './topic/payment.topic.ts';
