import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { DomainEvent, RecordedEvent } from '#mechanisms/event-sourcing/index';
import type { EventDeclaration, EventOf } from '#mechanisms/schemas/declare';
import type { Entity } from '#mechanisms/schemas/entity';
import type { ProjectionSql } from './database/projection-sql.ts';
import type { Projection } from './projection.ts';

/**
 * Applies new events of one topic partition, in offset order, each exactly once, inside the transaction of `sql` and to the
 * tables of its schema: several versions are filled by the same handler. Throwing rolls the whole batch back.
 */
export type EventsHandler<Event extends DomainEvent = DomainEvent> = (
  events: readonly RecordedEvent<Event>[],
  sql: ProjectionSql,
) => Promise<void>;

/** What the decorator tells the transport strategy about a handler. */
export interface HandlerExtras {
  readonly projection: Projection;
  readonly entity: Entity;
}

/** A handler's error as a value: Nest's rpc proxy would log it and replace it by `Internal server error`. */
export class HandlerFailure {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** Only strategies with this transport id get projection handlers. */
export const PROJECTIONS_TRANSPORT = Symbol('projections');

/**
 * Makes a controller's method the handler of one entity's events in a projection.
 * The controller is an ordinary singleton; guards, interceptors and pipes run once per batch, never per event.
 */
export const ProjectEvents =
  <E extends EventDeclaration>(projection: Projection, entity: Entity<E>) =>
  (target: object, key: string, descriptor: TypedPropertyDescriptor<EventsHandler<EventOf<E> & DomainEvent>>): void => {
    const handler = descriptor.value!;
    descriptor.value = async function (this: unknown, events, sql) {
      try {
        return await handler.call(this, events, sql);
      } catch (error) {
        return new HandlerFailure(error) as unknown as void;
      }
    };
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
    const extras: HandlerExtras = { projection, entity };
    const pattern = `${projection.name}/${entity.events.topic}`;
    (EventPattern(pattern, PROJECTIONS_TRANSPORT, extras) as MethodDecorator)(target, key, descriptor);
  };
