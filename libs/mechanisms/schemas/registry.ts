import { RegistryUnavailable, SchemaConflict } from './errors.ts';

const REQUEST_TIMEOUT_MS = 10_000;

/** A schema registry by its Confluent-compatible API; `url` includes the path, without a slash at its end. */
export class SchemaRegistry {
  private readonly url: string;

  constructor(url: string) {
    this.url = url.replace(/\/+$/, '');
  }

  /** Waits until the registry answers. @throws RegistryUnavailable after `deadlineMs`. */
  async ready(deadlineMs: number): Promise<void> {
    const end = Date.now() + deadlineMs;
    for (;;) {
      try {
        await this.request('GET', '/subjects');
        return;
      } catch (error) {
        if (Date.now() > end) throw error;
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }
  }

  /** Registers a schema under a subject and answers its id; the same schema again answers the same id. @throws SchemaConflict when the subject's rule refuses it. */
  async register(subject: string, schema: string): Promise<number> {
    const path = `/subjects/${encodeURIComponent(subject)}/versions`;
    const { id } = (await this.request('POST', path, { schema, schemaType: 'AVRO' })) as { id: number };
    return id;
  }

  /** Demands that every later schema of the subject can be read by, and can read, all before it. */
  async requireFullCompatibility(subject: string): Promise<void> {
    await this.request('PUT', `/config/${encodeURIComponent(subject)}`, { compatibility: 'FULL_TRANSITIVE' });
  }

  /** The text that the registry holds for an id, or undefined. */
  async textOf(id: number): Promise<string | undefined> {
    const found = (await this.request('GET', `/schemas/ids/${id}`, undefined, [404])) as { schema?: string };
    return found.schema;
  }

  private async request(method: string, path: string, body?: object, expected: number[] = []): Promise<unknown> {
    const response = await this.send(method, path, body);
    const text = await response.text();
    if (response.ok || expected.includes(response.status)) return JSON.parse(text || '{}');
    const message = `schema registry: ${method} ${path} answered ${response.status} ${text.slice(0, 500)}`;
    throw response.status >= 500 ? new RegistryUnavailable(message) : new SchemaConflict(message);
  }

  private async send(method: string, path: string, body?: object): Promise<Response> {
    try {
      return await fetch(this.url + path, {
        method,
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
        ...(body && {
          headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
          body: JSON.stringify(body),
        }),
      });
    } catch (error) {
      throw new RegistryUnavailable(`schema registry at ${this.url} does not answer`, { cause: error });
    }
  }
}
