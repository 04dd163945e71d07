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

interface Shape<Q extends object> {
  readonly params?: RequestClass;
  readonly query?: RequestClass<Q>;
  /** What is wrong with several parameters together. */
  readonly rule?: (query: Q) => readonly Fault[];
}

/** A request without parameters of its own. */
class NoParameters {}

/** A query's whole input, validated in one go. @throws InvalidRequest with every fault of path, query string and headers */
export const Query = <Q extends object>({
  params = NoParameters,
  query = NoParameters as RequestClass<Q>,
  rule = () => [],
}: Shape<Q>) =>
  createParamDecorator((_: unknown, context): QueryInput => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const faults: Fault[] = [];
    const input = {
      params: validateParameters(params, request.params, faults),
      query: validateParameters(query, request.query, faults),
      freshness: freshnessOf(request.headers, faults),
    };
    faults.push(...rule(input.query));
    if (faults.length > 0) throw new InvalidRequest(faults);
    return input;
  })();
