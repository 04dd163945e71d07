export { HttpClient, wasNotReached } from './http-client.ts';
export type { OutgoingRequest } from './http-client.ts';
