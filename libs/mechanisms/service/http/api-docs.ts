import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiParam, ApiProperty, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { PROBLEM_MEDIA_TYPE } from './problem.ts';
import type { RequestClass } from './validate.ts';

class FaultResponse {
  @ApiProperty({ required: false, description: 'JSON pointer into the body.', example: '#/lines/0/quantity' })
  pointer?: string;
  @ApiProperty({ required: false, description: 'Name of a path, query or header parameter.' })
  parameter?: string;
  @ApiProperty()
  detail: string;
}

/** RFC 9457 problem details, for the documents. */
export class ProblemResponse {
  @ApiProperty({ example: 'urn:factstream:problem:INVALID_REQUEST' })
  type: string;
  @ApiProperty()
  title: string;
  @ApiProperty({ type: 'integer' })
  status: number;
  @ApiProperty()
  detail: string;
  @ApiProperty()
  instance: string;
  @ApiProperty({ description: 'Stable; upper snake case.' })
  code: string;
  @ApiProperty({ required: false, type: () => [FaultResponse] })
  errors?: FaultResponse[];
}

const problems = (descriptions: Readonly<Record<number, string>>) =>
  Object.entries(descriptions).map(([status, description]) =>
    ApiResponse({
      status: Number(status),
      description,
      content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/ProblemResponse' } } },
    }),
  );

const header = (name: string, description: string) =>
  ApiHeader({ name, description, required: false, schema: { type: 'string' } });

const acceptedHeaders = {
  ETag: { description: 'The new version, in quotes.', schema: { type: 'string' as const } },
  'Consistency-Token': { description: 'Makes a read wait for this change.', schema: { type: 'string' as const } },
};

const idParameter = ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } });

/** Documents a command's route with the headers and answers that all commands share. */
export const ApiCommand = (route: {
  summary: string;
  params?: RequestClass;
  body: RequestClass;
  accepted: RequestClass;
  status?: number;
}) =>
  applyDecorators(
    ApiOperation({ summary: route.summary }),
    ...(route.params ? [idParameter] : []),
    ApiBody({ type: route.body }),
    header(
      'Idempotency-Key',
      '1 to 255 printable characters: a retry with the same key is answered, not executed, again.',
    ),
    header('If-Match', 'The version that the entity must have, in quotes, or *.'),
    header('X-Correlation-Id', 'Carried into the events and given back.'),
    ApiResponse({ status: route.status ?? 200, type: route.accepted, headers: acceptedHeaders }),
    ...problems({
      400: 'Invalid; all faults are listed.',
      409: 'Refused by a rule of the domain.',
      412: 'If-Match does not match; see currentVersion.',
      422: 'The idempotency key was used with another request.',
      503: 'Certainly not executed; try again.',
      504: 'Outcome not known; repeating with the same key is safe.',
    }),
  );

/** Documents a query's route with the headers and answers that all queries share. */
export const ApiQueryRoute = (route: {
  summary: string;
  params?: RequestClass;
  query?: RequestClass;
  answer: RequestClass;
}) =>
  applyDecorators(
    ApiOperation({ summary: route.summary }),
    ...(route.params ? [idParameter] : []),
    ...(route.query ? [ApiQuery({ type: route.query })] : []),
    header('Consistency-Token', 'Tokens of accepted commands, comma separated: the answer is no older.'),
    header('Prefer', 'wait=N: how many seconds the answer may take to be fresh enough (5, at most 30).'),
    ApiResponse({ status: 200, type: route.answer }),
    ...problems({ 400: 'Invalid; all faults are listed.', 504: 'Not caught up with the token in time.' }),
  );

/** Documents a route that answers with server-sent events. */
export const ApiEventStream = (route: { summary: string; params?: RequestClass }) =>
  applyDecorators(
    ApiOperation({ summary: route.summary }),
    ...(route.params ? [idParameter] : []),
    header('Last-Event-ID', 'The id of the last event received: the stream goes on after it. Without it, from now on.'),
    ApiResponse({
      status: 200,
      description: 'One server-sent event for each domain event; its data is an item of the history, as JSON.',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    }),
    ...problems({ 400: 'Invalid; all faults are listed.', 429: 'Too many streams are open.' }),
  );
