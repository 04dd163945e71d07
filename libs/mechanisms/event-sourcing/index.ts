export * from './decider.ts';
export * from './errors.ts';
export * from './event.ts';
export * from './position.ts';
