export { LiveEvents } from './live-events.ts';
export { LiveFeed } from './live-feed.ts';
