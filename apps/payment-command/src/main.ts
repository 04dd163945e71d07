import { bootstrap, readConfig } from '#mechanisms/service/index';
import { AppModule } from './app.module.ts';
import { paymentCommandConfig } from './app.config.ts';

await bootstrap(() => {
  const config = readConfig(paymentCommandConfig);
  return { config: config.service, module: AppModule.for(config), rawBody: true };
});
