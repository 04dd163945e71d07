import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness } from '#mechanisms/projections/index';
import { freshnessOf, InvalidRequest, Logger, retryAfter } from '#mechanisms/service/index';
import type { Fault } from '#mechanisms/service/index';
import { GraphErrors } from './graph-error.ts';
import { fromBody, fromQueryString } from './graph-request.ts';
import type { GraphRequest } from './graph-request.ts';
import { GRAPH_SETTINGS } from './graph-settings.ts';
import type { GraphSettings } from './graph-settings.ts';

/** What every resolver and loader gets. */
export interface GraphContext {
  /** For the queries that it sends. */
  readonly freshness: Freshness;
}

interface MercuriusError {
  readonly code?: string;
  readonly errors?: readonly unknown[];
}

/**
 * `/graphql` over POST and GET, with the headers of any query. With a token, everything that one request reads is one
 * snapshot, in which every projection of the graph has passed the token. A request that is answered no data has the HTTP
 * status of its first error; otherwise it is 200, whatever single fields say.
 */
@ApiExcludeController()
@Controller('graphql')
export class GraphController {
  readonly #reads: ProjectionReads;
  readonly #settings: GraphSettings;
  readonly #errors: GraphErrors;

  constructor(reads: ProjectionReads, logger: Logger, @Inject(GRAPH_SETTINGS) settings: GraphSettings) {
    this.#reads = reads;
    this.#settings = settings;
    this.#errors = new GraphErrors(logger, { hints: !settings.production });
  }

  @Post()
  post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#answer(request, reply, () => fromBody(request.body));
  }

  @Get()
  get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#answer(request, reply, () => fromQueryString(request.query));
  }

  async #answer({ headers }: FastifyRequest, reply: FastifyReply, read: () => GraphRequest): Promise<void> {
    try {
      const faults: Fault[] = [];
      const freshness = freshnessOf(headers, faults);
      if (faults.length > 0) throw new InvalidRequest(faults);
      const { source, variables = {}, operationName } = read();
      const { data, errors } = await this.#reads.inSnapshot(this.#settings.projections, freshness, (fresh) =>
        reply.graphql(source, { freshness: fresh }, variables, operationName),
      );
      if (errors && (data === null || data === undefined)) return this.#refuse(reply, errors);
      void reply
        .status(200)
        .send({ data, ...(errors && { errors: errors.map((one) => this.#errors.answer(one).error) }) });
    } catch (error) {
      this.#refuse(reply, (error as MercuriusError).errors ?? [error]);
    }
  }

  #refuse(reply: FastifyReply, thrown: readonly unknown[]): void {
    const answers = thrown.map((one) => this.#errors.answer(one));
    const seconds = retryAfter(String(answers[0]!.error.extensions!['code']));
    if (seconds !== undefined) void reply.header('retry-after', String(seconds));
    void reply.status(answers[0]!.status).send({ errors: answers.map(({ error }) => error) });
  }
}
