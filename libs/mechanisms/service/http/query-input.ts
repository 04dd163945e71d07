import { createParamDecorator } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { freshnessOf } from './headers.ts';
import type { Freshness } from './headers.ts';
import { InvalidRequest } from './problem.ts';
import type { Fault } from './problem.ts';
import { validateParameters } from './validate.ts';
import type { RequestClass } from './validate.ts';

export interface QueryInput<Params extends object = object, Query extends object = object> {
  readonly params: Params;
  readonly query: Query;
  readonly freshness: Freshness;
}

interface Shape {
  readonly params?: RequestClass;
  readonly query?: RequestClass;
}

/** A request without parameters of its own. */
class NoParameters {}

/** A query's whole input, validated in one go. @throws InvalidRequest with every fault of path, query string and headers */
export const Query = ({ params = NoParameters, query = NoParameters }: Shape) =>
  createParamDecorator((_: unknown, context): QueryInput => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const faults: Fault[] = [];
    const input = {
      params: validateParameters(params, request.params, faults),
      query: validateParameters(query, request.query, faults),
      freshness: freshnessOf(request.headers, faults),
    };
    if (faults.length > 0) throw new InvalidRequest(faults);
    return input;
  })();
