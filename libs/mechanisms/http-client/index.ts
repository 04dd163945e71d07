export { HttpClient, KEEP_ALIVE_MS, wasNotReached } from './http-client.ts';
export type { OutgoingRequest } from './http-client.ts';
