import { bootstrap, readConfig } from '#mechanisms/service/index';
import { connectProjections } from '#mechanisms/service/projections';
import { AppModule } from './app.module.ts';
import { paymentQueryConfig } from './app.config.ts';

await bootstrap(() => {
  const config = readConfig(paymentQueryConfig);
  return { config: config.service, module: AppModule.for(config), prepare: connectProjections };
});
