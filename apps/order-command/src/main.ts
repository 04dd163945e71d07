import { bootstrap, readConfig } from '#mechanisms/service/index';
import { AppModule } from './app.module.ts';
import { orderCommandConfig } from './app.config.ts';

await bootstrap(() => {
  const config = readConfig(orderCommandConfig);
  return { config: config.service, module: AppModule.for(config) };
});
