export { History } from './history.ts';
export type { Moment } from './history.ts';
export type { HistoryView } from './history-item.ts';
export type { PastEvent } from './past-event.ts';
