import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness } from '#mechanisms/projections/index';
import { freshnessOf, InvalidRequest, Logger, retryAfter } from '#mechanisms/service/index';
import type { Fault } from '#mechanisms/service/index';
import { Collapser } from './collapser.ts';
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

/** What is sent, to one or to several. */
interface Answer {
  readonly status: number;
  readonly body: string;
  readonly retryAfterSeconds?: number | undefined;
}

interface MercuriusError {
  readonly code?: string;
  readonly errors?: readonly unknown[];
}

/**
 * `/graphql` over POST and GET, with the headers of any query. With a token, everything that one request reads is one
 * snapshot, in which every projection of the graph has passed the token; without, those who ask the same at the same time
 * share an execution. A request that is answered no data has the HTTP status of its first error; otherwise it is 200,
 * whatever single fields say.
 */
@ApiExcludeController()
@Controller('graphql')
export class GraphController {
  readonly #reads: ProjectionReads;
  readonly #settings: GraphSettings;
  readonly #errors: GraphErrors;
  readonly #collapser = new Collapser<Answer>();

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
    const { status, body, retryAfterSeconds } = await this.#ask(headers, reply, read).catch((error: unknown) =>
      this.#refusal((error as MercuriusError).errors ?? [error]),
    );
    if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
    void reply.status(status).type('application/json; charset=utf-8').send(body);
  }

  async #ask(headers: FastifyRequest['headers'], reply: FastifyReply, read: () => GraphRequest): Promise<Answer> {
    const faults: Fault[] = [];
    const freshness = freshnessOf(headers, faults);
    if (faults.length > 0) throw new InvalidRequest(faults);
    const request = read();
    if (freshness.tokens.length > 0) return this.#execute(request, freshness, reply);
    return this.#collapser.run(JSON.stringify(request), () => this.#execute(request, freshness, reply));
  }

  async #execute(
    { source, variables = {}, operationName }: GraphRequest,
    freshness: Freshness,
    reply: FastifyReply,
  ): Promise<Answer> {
    const { data, errors } = await this.#reads.inSnapshot(this.#settings.projections, freshness, (fresh) =>
      reply.graphql(source, { freshness: fresh }, variables, operationName),
    );
    if (errors && (data === null || data === undefined)) return this.#refusal(errors);
    return {
      status: 200,
      body: JSON.stringify({ data, errors: errors?.map((one) => this.#errors.answer(one).error) }),
    };
  }

  #refusal(thrown: readonly unknown[]): Answer {
    const answers = thrown.map((one) => this.#errors.answer(one));
    const { status, error } = answers[0]!;
    return {
      status,
      body: JSON.stringify({ errors: answers.map((answer) => answer.error) }),
      retryAfterSeconds: retryAfter(String(error.extensions!['code'])),
    };
  }
}
