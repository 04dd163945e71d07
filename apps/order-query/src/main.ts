import { bootstrap, readConfig } from '#mechanisms/service/index';
import { connectProjections } from '#mechanisms/service/projections';
import { AppModule } from './app.module.ts';
import { orderQueryConfig } from './app.config.ts';

await bootstrap(() => {
  const config = readConfig(orderQueryConfig);
  return { config: config.service, module: AppModule.for(config), prepare: connectProjections };
});
