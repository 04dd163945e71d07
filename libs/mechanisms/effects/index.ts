export type { Perform } from './effect.ts';
