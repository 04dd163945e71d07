import { isNotFound, isRefusal } from '#mechanisms/event-sourcing/index';
import type { Decision, DomainError, DomainEvent, EventMeta } from '#mechanisms/event-sourcing/index';
import type { ClientKey } from '#mechanisms/schemas/declare';
import type { CommandEnvelope } from '../command.ts';
import { KeyReused, TooManyKeys, VersionMismatch } from '../errors.ts';
import type { EventStoreError } from '../errors.ts';
import type { EntityImage } from '../image/image.ts';
import type { EventModel } from '../model.ts';
import { remember } from './client-keys.ts';
import { newId } from './new-id.ts';

/** A decided event and what its record will say of it, but for the schema version, which the encoding adds. */
export interface NewEvent<Event> {
  readonly event: Event;
  readonly meta: Omit<EventMeta, 'schemaVersion'>;
}

/** What deciding one command on one image leads to. */
export type Verdict<State, Event> =
  | { readonly kind: 'changed'; readonly events: readonly NewEvent<Event>[]; readonly entity: EntityImage<State> }
  | { readonly kind: 'unchanged'; readonly version: number }
  | { readonly kind: 'refused'; readonly error: DomainError | EventStoreError };

/**
 * Decides one command: remembered key first, then whether the entity exists, the expected version, and the domain's other
 * rules. Pure but for new event ids.
 */
export function decideCommand<State, Command, Event extends DomainEvent>(
  { decider }: EventModel<State, Command, Event>,
  entity: EntityImage<State>,
  envelope: CommandEnvelope<Command>,
  now: number,
): Verdict<State, Event> {
  const { command, requestHash } = envelope;
  const used = requestHash && entity.clientKeys.find((key) => key.commandId === envelope.commandId);
  if (used) return repeated(used, requestHash);
  const mismatch = versionMismatch(entity, envelope);
  const decision: Decision<Event> = decider.decide(command, entity.state);
  // there may be facts of an entity that does not exist, so its version does not tell
  if (mismatch) return refused(isRefusal(decision) && isNotFound(decision.code) ? decision : mismatch);
  if (isRefusal(decision)) return refused(decision);
  const version = entity.version + decision.length;
  if (decision.length === 0 && !requestHash) return { kind: 'unchanged', version };
  const clientKeys = requestHash
    ? remember(entity.clientKeys, {
        commandId: envelope.commandId,
        requestHash,
        fromVersion: entity.version,
        toVersion: version,
        usedAt: now,
      })
    : entity.clientKeys;
  if (clientKeys instanceof TooManyKeys) return refused(clientKeys);
  const { commandId, causationId, correlationId, actor, traceparent } = envelope;
  const origin = { commandId, causationId, correlationId, actor, traceparent, occurredAt: now };
  const events = decision.map((event, index) => ({
    event,
    meta: { eventId: newId(now), entityVersion: entity.version + index + 1, ...origin },
  }));
  const state = events.reduce((before, { event, meta }) => decider.evolve(before, event, meta), entity.state);
  return { kind: 'changed', events, entity: { state, version, clientKeys } };
}

const refused = (error: DomainError | EventStoreError) => ({ kind: 'refused', error }) as const;

const repeated = (used: ClientKey, requestHash: string) =>
  used.requestHash === requestHash
    ? ({ kind: 'unchanged', version: used.toVersion } as const)
    : refused(new KeyReused());

function versionMismatch({ version }: EntityImage<unknown>, { expectedVersion }: CommandEnvelope<unknown>) {
  if (expectedVersion === undefined) return undefined;
  const matches = expectedVersion === 'any' ? version > 0 : version === expectedVersion;
  return matches ? undefined : new VersionMismatch(version);
}
