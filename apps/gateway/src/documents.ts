import type { OpenAPIObject } from '@nestjs/swagger';
import type { Upstreams } from './app.config.ts';

const TIMEOUT_MS = 2_000;

/** Adds what the services behind the gateway document to its own document; one that is down is left out. */
export const serveUpstreamDocuments =
  (upstreams: Upstreams) =>
  async (own: OpenAPIObject): Promise<OpenAPIObject> => {
    const documents = await Promise.all(Object.values(upstreams).map(([first]) => documentOf(first!)));
    return documents.reduce<OpenAPIObject>(merge, own);
  };

async function documentOf(base: string): Promise<OpenAPIObject | undefined> {
  try {
    const response = await fetch(`${base}/openapi.json`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return (await response.json()) as OpenAPIObject;
  } catch {
    return undefined;
  }
}

function merge(all: OpenAPIObject, one: OpenAPIObject | undefined): OpenAPIObject {
  if (!one) return all;
  const paths = { ...all.paths };
  for (const [path, item] of Object.entries(one.paths)) paths[path] = { ...paths[path], ...item };
  const schemas = { ...all.components?.schemas, ...one.components?.schemas };
  return { ...all, paths, components: { ...all.components, schemas } };
}
