import { Server } from '@nestjs/microservices';
import type { CustomTransportStrategy, MessageHandler } from '@nestjs/microservices';
import type { SchemaTopic } from '#mechanisms/schemas/index';
import { applyThrough } from './batches/apply-through.ts';
import type { ProjectorParts } from './batches/batch-projector.ts';
import { sourceOf } from './batches/source.ts';
import type { Source } from './batches/source.ts';
import { PROJECTIONS_TRANSPORT } from './project-events.decorator.ts';
import type { HandlerExtras } from './project-events.decorator.ts';
import type { Projection, ProjectionVersion } from './projection.ts';
import type { ProjectionHost } from './projection-host.ts';
import type { ProjectionsStatus } from './running/status.ts';

/**
 * The transport strategy that feeds the projections of a Nest application: mount it with `connectMicroservice` and
 * `startAllMicroservices`. It starts in the background, however long PostgreSQL or Kafka are away; until then, and while
 * a partition is in trouble, `projections` says so.
 */
export class ProjectionServer extends Server implements CustomTransportStrategy {
  override readonly transportId = PROJECTIONS_TRANSPORT;
  readonly #host: ProjectionHost;
  readonly #schemas: SchemaTopic;
  readonly #sources = new Map<Projection, Map<string, Source>>();

  constructor(host: ProjectionHost, schemas: SchemaTopic) {
    super();
    this.#host = host;
    this.#schemas = schemas;
  }

  /** Called by Nest for each decorated method. Throws when two methods handle the same topic of a projection. */
  override addHandler(pattern: string, callback: MessageHandler, _isEvent?: boolean, extras?: object): void {
    const { projection, entity } = extras as HandlerExtras;
    const sources = this.#sources.get(projection) ?? new Map<string, Source>();
    if (sources.has(entity.events.topic)) throw new Error(`Two methods handle ${pattern}.`);
    const source = sourceOf(entity, this.#schemas.catalogue, applyThrough(callback));
    this.#sources.set(projection, sources.set(entity.events.topic, source));
  }

  listen(started: (error?: Error) => void): void {
    const unhandled = [...this.#sources].flatMap(([projection, handled]) =>
      projection.sources
        .filter(({ events }) => !handled.has(events.topic))
        .map(({ events }) => `${projection.name}/${events.topic}`),
    );
    if (unhandled.length > 0) return started(new Error(`No method handles ${unhandled.join(', ')}.`));
    this.#host.start(this.#sources);
    started();
  }

  /** Resolves when no batch is in work any more. */
  close(): Promise<void> {
    return this.#host.stop();
  }

  projections(): ProjectionsStatus {
    return this.#host.status();
  }

  /**
   * What the parked records of a version are redriven with. Needs no start.
   * @throws when the application has no such projection, or another revision of it
   */
  async redriverOf({ name, version }: Pick<ProjectionVersion, 'name' | 'version'>): Promise<ProjectorParts> {
    const found = [...this.#sources].find(([projection]) => projection.name === name);
    if (!found) throw new Error(`This program has no projection ${name}.`);
    return this.#host.redriverOf(...found, version);
  }

  on(): never {
    throw new Error('The projection server has no events; ask for its status.');
  }

  unwrap(): never {
    throw new Error('The projection server wraps no other server.');
  }
}
