import { serviceConfig } from '#mechanisms/service/index';
import type { Environment } from '#mechanisms/service/index';

const PORT = 3000;

export const gatewayConfig = (environment: Environment) => ({
  service: serviceConfig(environment, 'gateway', PORT),
  upstreams: {
    'order-command': environment.urls('ORDER_COMMAND_URLS', 'http://127.0.0.1:3003'),
    'order-query': environment.urls('ORDER_QUERY_URLS', 'http://127.0.0.1:3004'),
  },
});

export type GatewayConfig = ReturnType<typeof gatewayConfig>;

/** The base addresses of each service behind the gateway; requests take turns over several. */
export type Upstreams = GatewayConfig['upstreams'];
export type UpstreamName = keyof Upstreams;
