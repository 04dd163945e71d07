import { bootstrap, readConfig } from '#mechanisms/service/index';
import { AppModule } from './app.module.ts';
import { gatewayConfig } from './app.config.ts';
import { forward } from './forward.ts';
import { serveUpstreamDocuments } from './documents.ts';

await bootstrap(() => {
  const config = readConfig(gatewayConfig);
  return {
    config: config.service,
    module: AppModule.for(config),
    prepare: async (app) => forward(app, config.upstreams),
    documents: serveUpstreamDocuments(config.upstreams),
  };
});
