export type { ParkedOutcome, ParkedRequest } from './handle-parked.ts';
export { kafkaSources } from './kafka-sources.ts';
export { ReactionCompanion } from './reaction-companion.ts';
export { ReactionFeed } from './reaction-feed.ts';
export { reaction } from './reaction.ts';
export type { Reaction } from './reaction.ts';
