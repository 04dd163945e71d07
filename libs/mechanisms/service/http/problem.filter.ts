import { Catch } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logger.ts';
import { isProblemCode, PROBLEM_MEDIA_TYPE, problemOf, retryAfter } from './problem.ts';
import type { Fault, Problem } from './problem.ts';

interface Coded {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly faults?: readonly Fault[];
  readonly currentVersion?: number;
  readonly statusCode?: number;
  readonly status?: number;
}

interface Classified {
  readonly code: string;
  readonly detail: string;
  readonly more?: Partial<Problem>;
}

/** The one place where errors become answers: recognised by code, never by class. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger: Logger;

  constructor(logger: Logger) {
    this.logger = logger;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    // a resolver's error is answered with those of the other fields
    if (host.getType<string>() === 'graphql') throw error;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    sendProblem(this.problem(error, request), reply);
  }

  private problem(error: unknown, request: FastifyRequest): Problem {
    const problem = problemOfError(error, pathOf(request));
    if (problem.code === 'INTERNAL_ERROR') {
      this.logger.error({ err: error, method: request.method, url: request.url }, 'request failed');
    }
    return problem;
  }
}

export function sendProblem(problem: Problem, reply: FastifyReply): void {
  const seconds = retryAfter(problem.code);
  if (seconds !== undefined) void reply.header('retry-after', String(seconds));
  void reply
    .status(problem.status)
    .header('content-type', PROBLEM_MEDIA_TYPE)
    .send(Buffer.from(JSON.stringify(problem)));
}

/** Answers an error from a place that Nest's filters do not cover. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(problemOfError(error, pathOf(request)), reply);
}

/** What an error of any origin is to clients; one that nobody foresaw is an `INTERNAL_ERROR` and tells nothing of itself. */
export function problemOfError(error: unknown, instance: string): Problem {
  const { code, detail, more } = classify(error ?? {});
  return problemOf(code, detail, instance, more);
}

const pathOf = ({ url }: FastifyRequest): string => url.split('?', 1)[0]!;

function classify(error: Coded): Classified {
  const { code, faults, currentVersion } = error;
  const detail = typeof error.message === 'string' ? error.message : '';
  if (faults) return invalid(faults, detail);
  if (code === 'INVALID_CURSOR') return invalid([{ parameter: 'after', detail }]);
  if (code === 'INVALID_POSITION') return invalid([{ parameter: 'Last-Event-ID', detail }]);
  if (isProblemCode(code, error.name)) {
    return { code, detail, ...(currentVersion !== undefined && { more: { currentVersion } }) };
  }
  return classifyStatus(error.statusCode ?? error.status, detail);
}

/** Errors of Fastify and Nest say by their status what is wrong with the request. */
function classifyStatus(status: number | undefined, detail: string): Classified {
  if (status === 404) return { code: 'NOT_FOUND', detail: 'There is nothing at this path.' };
  if (status === 413) return { code: 'BODY_TOO_LARGE', detail: 'The body is over 64 KiB.' };
  if (status === 415) return { code: 'UNSUPPORTED_MEDIA_TYPE', detail: 'The content type must be application/json.' };
  if (status !== undefined && status >= 400 && status < 500) return invalid([{ pointer: '#', detail }]);
  return { code: 'INTERNAL_ERROR', detail: 'Something went wrong on our side.' };
}

const invalid = (errors: readonly Fault[], detail = 'The request is not valid.'): Classified => ({
  code: 'INVALID_REQUEST',
  detail,
  more: { errors },
});
