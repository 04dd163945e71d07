import { bootstrap, readConfig } from '#mechanisms/service/index';
import { AppModule } from './app.module.ts';
import { customerCommandConfig } from './app.config.ts';

await bootstrap(() => {
  const config = readConfig(customerCommandConfig);
  return { config: config.service, module: AppModule.for(config) };
});
