import type { UpstreamName } from './app.config.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly upstream: UpstreamName;
  /** The answer has no end: it must not take a connection from the others. */
  readonly isStream?: boolean;
}

/** Which service answers what; commands and queries of one path part ways by method. */
export const ROUTES: readonly Route[] = [
  { method: 'POST', path: '/customers', upstream: 'customer-command' },
  { method: 'POST', path: '/customers/*', upstream: 'customer-command' },
  { method: 'PUT', path: '/customers/*', upstream: 'customer-command' },
  { method: 'GET', path: '/customers', upstream: 'customer-query' },
  { method: 'GET', path: '/customers/*', upstream: 'customer-query' },
  { method: 'GET', path: '/customers/:id/orders', upstream: 'order-query' },
  { method: 'POST', path: '/orders', upstream: 'order-command' },
  { method: 'POST', path: '/orders/*', upstream: 'order-command' },
  { method: 'GET', path: '/orders', upstream: 'order-query' },
  { method: 'GET', path: '/orders/*', upstream: 'order-query' },
  { method: 'GET', path: '/orders/events', upstream: 'order-query', isStream: true },
  { method: 'GET', path: '/orders/:id/events', upstream: 'order-query', isStream: true },
  { method: 'POST', path: '/payments/*', upstream: 'payment-command' },
  { method: 'GET', path: '/payments', upstream: 'payment-query' },
  { method: 'GET', path: '/payments/*', upstream: 'payment-query' },
  { method: 'POST', path: '/graphql', upstream: 'order-query' },
  { method: 'GET', path: '/graphql', upstream: 'order-query' },
  { method: 'GET', path: '/graphiql', upstream: 'order-query' },
  { method: 'GET', path: '/graphiql/*', upstream: 'order-query' },
];
