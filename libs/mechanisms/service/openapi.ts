import { SwaggerModule, DocumentBuilder } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ProblemResponse } from './http/api-docs.ts';

/** Serves `/openapi.json`, and `/docs` for people. `complete` may add to the document whenever it is asked for. */
export function serveOpenApi(
  app: NestFastifyApplication,
  title: string,
  complete: (own: OpenAPIObject) => Promise<OpenAPIObject> = async (own) => own,
): void {
  SwaggerModule.setup('docs', app, () => openApiOf(app, title), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    patchDocumentOnRequest: (_request, _response, document) => complete(document),
  });
}

export function openApiOf(app: NestFastifyApplication, title: string): OpenAPIObject {
  const config = new DocumentBuilder().setTitle(title).setVersion('1').build();
  return SwaggerModule.createDocument(app, config, { extraModels: [ProblemResponse] });
}
