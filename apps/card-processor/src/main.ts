import { bootstrap, readConfig } from '#mechanisms/service/index';
import { AppModule } from './app.module.ts';
import { cardProcessorConfig } from './app.config.ts';

await bootstrap(() => {
  const config = readConfig(cardProcessorConfig);
  return { config: config.service, module: AppModule.for(config) };
});
