import { isTimestamp } from '#mechanisms/schemas/declare';
import type { EventDeclaration, Fields } from '#mechanisms/schemas/declare';
import type { PastEvent } from './past-event.ts';

/** An event as a history shows it. Times are RFC 3339 in UTC with milliseconds, those in `data` too. */
export interface HistoryItem {
  readonly version: number;
  /** The short name, `OrderPlaced`. */
  readonly type: string;
  readonly at: string;
  readonly eventId: string;
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly actor: string;
  /** The business fields. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a history query answers. */
export interface HistoryView {
  readonly items: readonly HistoryItem[];
}

/** Shows events of these declarations. */
export function historyItems(declarations: readonly EventDeclaration[]): (past: PastEvent) => HistoryItem {
  const timesOf = new Map(declarations.map(({ type, fields }) => [type, timesAmong(fields)]));
  return ({ meta, event: { type, ...data } }) => ({
    version: meta.entityVersion,
    type,
    at: new Date(meta.occurredAt).toISOString(),
    eventId: meta.eventId,
    commandId: meta.commandId,
    correlationId: meta.correlationId,
    causationId: meta.causationId,
    actor: meta.actor,
    data: withTimes(data, timesOf.get(type) ?? []),
  });
}

const timesAmong = (fields: Fields): string[] =>
  Object.entries(fields).flatMap(([name, field]) => (isTimestamp(field) ? [name] : []));

function withTimes(data: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  const times = names.flatMap((name) => {
    const time = data[name];
    return typeof time === 'number' ? [[name, new Date(time).toISOString()]] : [];
  });
  return { ...data, ...(Object.fromEntries(times) as Record<string, string>) };
}
