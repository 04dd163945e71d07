import { getOperationAST, GraphQLError, parse } from 'graphql';
import { InvalidRequest } from '#mechanisms/service/index';
import type { Fault } from '#mechanisms/service/index';

/** Characters of a query at most. */
const LONGEST = 10_000;
/** Objects and lists in each other, in variables at most. */
const DEEPEST_VARIABLES = 20;

/** What is asked, in the words of GraphQL over HTTP. */
export interface GraphRequest {
  /** Of one operation: another operation of the same text has another source. */
  readonly source: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

const KNOWN = new Set(['query', 'variables', 'operationName', 'extensions']);
const NAME = /^[_A-Za-z][_0-9A-Za-z]{0,199}$/;
/** A document that was parsed already is taken for one by mercurius; nobody needs that. */
const JSON_TEXT = /^\s*(?:["[\d-]|\{\s*["}]|(?:true|false|null)\s*$)/;

/** From the body of a POST. @throws InvalidRequest with every fault */
export function fromBody(body: unknown): GraphRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidRequest([{ pointer: '#', detail: 'must be a JSON object with one query' }]);
  }
  return checked(body as Record<string, unknown>, (name, detail) => ({ pointer: `#/${name}`, detail }));
}

/**
 * From the query string of a GET, where the variables are JSON.
 * @throws InvalidRequest with every fault; GraphQLError when it cannot be told which operation is meant, which mercurius
 * takes for granted in a GET
 */
export function fromQueryString(parameters: unknown): GraphRequest {
  const { variables, ...rest } = parameters as Record<string, unknown>;
  const parsed = typeof variables === 'string' ? { ...rest, variables: parseJson(variables) } : rest;
  const request = checked(parsed, (parameter, detail) => ({ parameter, detail }));
  if (!getOperationAST(parse(request.source, { noLocation: true }), request.operationName))
    throw new GraphQLError('There is no such operation, or there are several and none is named.');
  return request;
}

function checked(input: Record<string, unknown>, fault: (name: string, detail: string) => Fault): GraphRequest {
  const { query, variables, operationName } = input;
  const faults = Object.keys(input).flatMap((name) => (KNOWN.has(name) ? [] : [fault(name, 'is not known here')]));
  if (typeof query !== 'string' || query.length > LONGEST) {
    faults.push(fault('query', `must be text of 1 to ${LONGEST} characters`));
  }
  if (!isMissing(variables) && (typeof variables !== 'object' || Array.isArray(variables))) {
    faults.push(fault('variables', 'must be an object'));
  } else if (!canBeWritten(variables)) {
    faults.push(fault('variables', `must hold finite numbers only, and be at most ${DEEPEST_VARIABLES} deep`));
  }
  if (!isMissing(operationName) && !(typeof operationName === 'string' && NAME.test(operationName))) {
    faults.push(fault('operationName', 'must be a name'));
  }
  if (faults.length > 0) throw new InvalidRequest(faults);
  if (JSON_TEXT.test(query as string)) throw new GraphQLError('Syntax Error: the query is JSON.');
  return {
    source: isMissing(operationName) ? (query as string) : `${query as string}\n# ${operationName as string}`,
    ...(!isMissing(variables) && { variables: variables as Record<string, unknown> }),
    ...(!isMissing(operationName) && { operationName: operationName as string }),
  };
}

const isMissing = (value: unknown): boolean => value === undefined || value === null;

/** JSON can say numbers and depths that it cannot be made of again: two requests would look alike, or like none. */
function canBeWritten(value: unknown, depth = 0): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return depth < DEEPEST_VARIABLES && Object.values(value).every((part) => canBeWritten(part, depth + 1));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
