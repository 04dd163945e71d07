export { reaction } from './reaction.ts';
export type { Addressed, Reaction } from './reaction.ts';
