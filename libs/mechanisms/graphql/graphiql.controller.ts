import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

const require = createRequire(import.meta.url);
const file = (name: string): string => readFileSync(require.resolve(`mercurius/static/${name}`), 'utf8');

/** The GraphiQL that comes with mercurius; the page loads the rest of itself from the network. */
@ApiExcludeController()
@Controller('graphiql')
export class GraphiqlController {
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  page(): string {
    return file('graphiql.html');
  }

  @Get('main.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  script(): string {
    return file('main.js');
  }

  @Get('sw.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  worker(): string {
    return file('sw.js');
  }

  @Get('config.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  config(): string {
    return `window.GRAPHQL_ENDPOINT = '/graphql'; window.GRAPHIQL_PLUGIN_LIST = [];`;
  }
}
