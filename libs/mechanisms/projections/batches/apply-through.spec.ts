import { expect, test } from '@jest/globals';
import type { MessageHandler } from '@nestjs/microservices';
import { of, throwError } from 'rxjs';
import { HandlerFailure } from '../project-events.decorator.ts';
import { applyThrough } from './apply-through.ts';

const apply = (handler: () => unknown) =>
  applyThrough(handler as unknown as MessageHandler)([], { schema: 'tallies_v1', query: undefined as never });
const fault = new Error('a fault');
const failure = new HandlerFailure(fault);

test.each([
  ['a value', () => undefined],
  ['a promise', () => Promise.resolve()],
  ['what an interceptor makes of it', () => of(undefined)],
  ['an empty stream', () => of()],
])('%s is success', async (_case, handler) => {
  expect(await apply(handler)).toBeUndefined();
});

test.each([
  ['as the value that the decorator makes of it', () => failure],
  ['through an interceptor', () => Promise.resolve(of(failure))],
  ['thrown by an interceptor', () => throwError(() => fault)],
  ['rejected by a guard', () => Promise.reject(fault)],
])('a failure comes with the original error: %s', async (_case, handler) => {
  await expect(apply(handler)).rejects.toEqual(failure);
});
