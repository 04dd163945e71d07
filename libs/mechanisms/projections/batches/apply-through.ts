import type { MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { HandlerFailure } from '../project-events.decorator.ts';
import type { Source } from './source.ts';

/** Nest's chain for a handler ends in a value or an observable; the handler's own error comes as a value. */
export const applyThrough =
  (callback: MessageHandler): Source['apply'] =>
  async (events, sql) => {
    const result = await outcomeOf(callback, events, sql);
    if (result instanceof HandlerFailure) throw result;
  };

async function outcomeOf(callback: MessageHandler, ...[events, sql]: Parameters<Source['apply']>): Promise<unknown> {
  try {
    const result: unknown = await callback(events, sql);
    return isObservable(result) ? await lastValueFrom(result, { defaultValue: undefined }) : result;
  } catch (error) {
    return new HandlerFailure(error);
  }
}
