import type { GraphQLFormattedError } from 'graphql';
import { problemOfError } from '#mechanisms/service/index';
import type { Logger, Problem } from '#mechanisms/service/index';

/** An error of GraphQL, whichever library made it. */
interface GraphError {
  readonly message: string;
  readonly locations?: GraphQLFormattedError['locations'];
  readonly path?: GraphQLFormattedError['path'];
  readonly originalError?: unknown;
}

/** An error as it is answered, and the HTTP status when nothing else is. */
export interface AnsweredError {
  readonly status: number;
  readonly error: GraphQLFormattedError;
}

/** Makes errors answers with the codes of the REST routes in their `extensions`; what no code tells is logged, and not shown. */
export class GraphErrors {
  readonly #logger: Logger;
  readonly #hints: boolean;

  /** `hints`: whether a message may name fields that nobody asked for. */
  constructor(logger: Logger, { hints }: { hints: boolean }) {
    this.#logger = logger;
    this.#hints = hints;
  }

  answer(thrown: unknown): AnsweredError {
    const error = thrown as GraphError;
    const { message, locations, path } = error;
    const place = { ...(locations?.length && { locations }), ...(path && { path }) };
    const problem = isOfTheRequest(error) ? undefined : this.#problemOf(thrown);
    if (!problem) {
      const shown = this.#hints ? message : message.replace(/ Did you mean .*$/s, '');
      return { status: 400, error: { message: shown, ...place, extensions: { code: 'INVALID_REQUEST' } } };
    }
    const { status, detail, code, errors } = problem;
    return { status, error: { message: detail, ...place, extensions: { code, ...(errors && { errors }) } } };
  }

  #problemOf(thrown: unknown): Problem {
    const cause = causeOf(thrown);
    const problem = problemOfError(cause, '/graphql');
    if (problem.code === 'INTERNAL_ERROR') this.#logger.error({ err: cause }, 'graph query failed');
    return problem;
  }
}

/** GraphQL found fault with the document or its variables; what goes wrong in a field has a path. */
const isOfTheRequest = (error: GraphError): boolean =>
  error.path === undefined && (causeOf(error) as Error).name === 'GraphQLError';

function causeOf(error: unknown): unknown {
  const { originalError } = (error ?? {}) as GraphError;
  return originalError === undefined ? error : causeOf(originalError);
}
