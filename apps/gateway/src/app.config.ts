import { serviceConfig } from '#mechanisms/service/index';
import type { Environment } from '#mechanisms/service/index';

const PORT = 3000;

export const gatewayConfig = (environment: Environment) => ({
  service: serviceConfig(environment, 'gateway', PORT),
  upstreams: {
    'customer-command': environment.urls('CUSTOMER_COMMAND_URLS', 'http://127.0.0.1:3001'),
    'customer-query': environment.urls('CUSTOMER_QUERY_URLS', 'http://127.0.0.1:3002'),
    'order-command': environment.urls('ORDER_COMMAND_URLS', 'http://127.0.0.1:3003'),
    'order-query': environment.urls('ORDER_QUERY_URLS', 'http://127.0.0.1:3004'),
    'payment-command': environment.urls('PAYMENT_COMMAND_URLS', 'http://127.0.0.1:3005'),
    'payment-query': environment.urls('PAYMENT_QUERY_URLS', 'http://127.0.0.1:3006'),
  },
});

export type GatewayConfig = ReturnType<typeof gatewayConfig>;

/** The base addresses of each service behind the gateway; requests take turns over several. */
export type Upstreams = GatewayConfig['upstreams'];
export type UpstreamName = keyof Upstreams;
