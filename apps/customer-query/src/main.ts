import { bootstrap, readConfig } from '#mechanisms/service/index';
import { connectProjections } from '#mechanisms/service/projections';
import { AppModule } from './app.module.ts';
import { customerQueryConfig } from './app.config.ts';

await bootstrap(() => {
  const config = readConfig(customerQueryConfig);
  return { config: config.service, module: AppModule.for(config), prepare: connectProjections };
});
