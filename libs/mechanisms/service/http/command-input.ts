import { createHash } from 'node:crypto';
import { createParamDecorator } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { v5 as uuidv5 } from 'uuid';
import { newId } from '#mechanisms/event-store/batches/new-id';
import { expectedVersionOf, idempotencyKeyOf, preferredWaitMs } from './headers.ts';
import { InvalidRequest } from './problem.ts';
import type { Fault } from './problem.ts';
import { validateBody, validateParameters } from './validate.ts';
import type { RequestClass } from './validate.ts';

/** Until there is authentication, everybody is the same principal. */
const PRINCIPAL = 'anonymous';

/** Namespaces of the UUIDv5 that are derived from idempotency keys; changing one would break every retry under way. */
const COMMAND_NAMESPACE = '6f0f3f0a-5f0c-4d0e-9b2c-1d9f6f1f7c01';
const ENTITY_NAMESPACE = '6f0f3f0a-5f0c-4d0e-9b2c-1d9f6f1f7c02';

/** What surrounds a client's command, fixed here at the edge: any retry with the same key gets the same ids. */
export interface CommandContext {
  readonly commandId: string;
  readonly causationId: string;
  readonly requestHash?: string;
  readonly expectedVersion?: number | 'any';
  readonly correlationId: string;
  readonly actor: string;
  readonly traceparent: string | null;
}

export interface CommandInput<Body extends object, Params extends object = object> {
  readonly params: Params;
  readonly body: Body;
  readonly context: CommandContext;
  /** The id of the entity that a creating request creates. */
  readonly newEntityId: string;
  /** From `Prefer: wait=N`; undefined without one. */
  readonly waitMs: number | undefined;
}

interface Shape {
  readonly params?: RequestClass;
  readonly body: RequestClass;
}

/** A handler's whole input, validated in one go, so that every fault of path, headers and body is told at once. @throws InvalidRequest */
export const Command = (shape: Shape) =>
  createParamDecorator((_: unknown, context): CommandInput<object> =>
    commandInput(shape, context.switchToHttp().getRequest<FastifyRequest>()),
  )();

function commandInput({ params: paramsType, body: bodyType }: Shape, request: FastifyRequest): CommandInput<object> {
  const faults: Fault[] = [];
  const params = paramsType ? validateParameters(paramsType, request.params, faults) : {};
  const key = idempotencyKeyOf(request.headers, faults);
  const expectedVersion = expectedVersionOf(request.headers, faults);
  const body = validateBody(bodyType, request.body ?? {}, faults);
  if (faults.length > 0) throw new InvalidRequest(faults);
  const { commandId, newEntityId } = idsFor(request, key);
  const context: CommandContext = {
    commandId,
    causationId: commandId,
    ...(key !== undefined && { requestHash: hashOf(request.body ?? {}) }),
    ...(expectedVersion !== undefined && { expectedVersion }),
    actor: PRINCIPAL,
    ...request.correlation,
  };
  return { params, body, context, newEntityId, waitMs: preferredWaitMs(request.headers) };
}

function idsFor({ method, url }: FastifyRequest, key: string | undefined) {
  const now = Date.now();
  if (key === undefined) return { commandId: newId(now), newEntityId: newId(now) };
  const path = url.split('?', 1)[0]!.toLowerCase();
  const name = [PRINCIPAL, method, path, key].join('\n');
  return { commandId: uuidv5(name, COMMAND_NAMESPACE), newEntityId: uuidv5(name, ENTITY_NAMESPACE) };
}

/** The same JSON value has the same hash, whatever its spacing and the order of its properties. */
function hashOf(body: unknown): string {
  return createHash('sha256').update(canonical(body)).digest('base64url');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const properties = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${properties.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(',')}}`;
}
