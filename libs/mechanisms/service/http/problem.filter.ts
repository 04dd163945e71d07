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

/** The one place where errors become answers: recognised by code, never by class. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger: Logger;

  constructor(logger: Logger) {
    this.logger = logger;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    sendProblem(this.problem(error, request), reply);
  }

  private problem(error: unknown, request: FastifyRequest): Problem {
    const instance = request.url.split('?', 1)[0]!;
    const { code, detail, more } = classify((error ?? {}) as Coded);
    if (code === 'INTERNAL_ERROR') {
      this.logger.error({ err: error, method: request.method, url: request.url }, 'request failed');
    }
    return problemOf(code, detail, instance, more);
  }
}

export function sendProblem(problem: Problem, reply: FastifyReply): void {
  const seconds = retryAfter(problem.code);
  if (seconds !== undefined) void reply.header('retry-after', String(seconds));
  void reply.status(problem.status).header('content-type', PROBLEM_MEDIA_TYPE).send(JSON.stringify(problem));
}

function classify(error: Coded): { code: string; detail: string; more?: Partial<Problem> } {
  const { code, faults, currentVersion } = error;
  const detail = typeof error.message === 'string' ? error.message : '';
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return { code: 'BODY_TOO_LARGE', detail: 'The body is over 64 KiB.' };
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return { code: 'UNSUPPORTED_MEDIA_TYPE', detail: 'The content type must be application/json.' };
  }
  if (code === 'INVALID_CURSOR') {
    return {
      code: 'INVALID_REQUEST',
      detail: 'The request is not valid.',
      more: { errors: [{ parameter: 'after', detail }] },
    };
  }
  if (faults) return { code: 'INVALID_REQUEST', detail, more: { errors: faults } };
  if (isProblemCode(code, error.name))
    return { code, detail, ...(currentVersion !== undefined && { more: { currentVersion } }) };
  const status = error.statusCode ?? error.status;
  if (status === 404) return { code: 'NOT_FOUND', detail: 'There is nothing at this path.' };
  if (status !== undefined && status >= 400 && status < 500) {
    return {
      code: 'INVALID_REQUEST',
      detail: 'The request is not valid.',
      more: { errors: [{ pointer: '#', detail }] },
    };
  }
  return { code: 'INTERNAL_ERROR', detail: 'Something went wrong on our side.' };
}
