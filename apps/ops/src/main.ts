import 'reflect-metadata';
import { CommandFactory } from 'nest-commander';
import { logLevel, readConfig } from '#mechanisms/service/config';
import type { Environment } from '#mechanisms/service/config';
import { Logger } from '#mechanisms/service/logger';
import { OpsModule } from './ops.module.ts';
import { opsConfig } from './ops.config.ts';

/** The output belongs to the command: only what is wrong is logged beside it, unless asked for. */
const levelOf = (environment: Environment) => (environment.optional('LOG_LEVEL') ? logLevel(environment) : 'warn');

const config = readConfig((environment) => ({ ...opsConfig(environment), logLevel: levelOf(environment) }));

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
