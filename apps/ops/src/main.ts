import 'reflect-metadata';
import { CommandFactory } from 'nest-commander';
import { Logger, logLevel, readConfig } from '#mechanisms/service/index';
import { OpsModule } from './ops.module.ts';
import { opsConfig } from './ops.config.ts';

const config = readConfig((environment) => ({ ...opsConfig(environment), logLevel: logLevel(environment) }));

await CommandFactory.run(OpsModule.for(config), {
  cliName: 'factstream',
  usePlugins: false,
  logger: new Logger('factstream', config.logLevel),
  errorHandler: fail,
  serviceErrorHandler: fail,
});
process.exit();

function fail(error: Error): never {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
