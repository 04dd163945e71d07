import { createHash } from 'node:crypto';
import { declare, int, long, nullable, text, timestamp } from '#mechanisms/schemas/declare';
import type { RecordOf } from '#mechanisms/schemas/declare';
import { WHOLE_FACT } from '../cursor.ts';

/**
 * The control record under the key `parked/<topic>-<partition>/<offset>`, and the ordinal where there is one: a foreign
 * fact, or one of its commands, that could not be applied, or that waits behind such a one. Written in the transaction that
 * moves the cursor past it; deleted in that of its effect. The fact itself stands in its topic for ever.
 */
export const ParkedFact = declare('factstream.ParkedFact', 1, {
  /** `<topic>-<partition>`. */
  source: text(),
  offset: long(),
  /** Of the command; `WHOLE_FACT` when no command could be made of the fact. */
  ordinal: int(),
  /** Empty when the fact does not say. */
  eventId: text(),
  /** The source entity's id; null when the fact has no key. */
  sourceKey: nullable(text()),
  /** The entity that the command is for; null while that is not known. */
  entityId: nullable(text()),
  /** The order of parking within the owner's partition. */
  sequence: long(),
  /** The offset, in whatever source, of the one that it waits behind; null when it failed itself. */
  behindOffset: nullable(long()),
  error: text(),
  /** 0 for one that was never tried: it only must not overtake. */
  attempts: int(),
  firstFailedAt: timestamp(),
  lastFailedAt: timestamp(),
});
export type ParkedFact = RecordOf<typeof ParkedFact>;

export const PARKED_KEY = 'parked/';

/** Names a parked fact within its partition. */
export const parkedName = ({ source, offset, ordinal }: Pick<ParkedFact, 'source' | 'offset' | 'ordinal'>): string =>
  ordinal === WHOLE_FACT ? `${source}/${offset}` : `${source}/${offset}/${ordinal}`;

const LONGEST_KEY = 100;
const LONGEST_ERROR = 1_000;

/** The key as text; a longer one by its hash, so that the record stays small. */
export function sourceKeyOf(key: Buffer | null): string | null {
  if (!key || key.length <= LONGEST_KEY) return key && key.toString();
  return createHash('sha256').update(key).digest('base64');
}

export const errorText = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, LONGEST_ERROR);

/** Of two of which one was parked later, or is a later command of the same fact. */
export const inParkedOrder = (a: ParkedFact, b: ParkedFact): number => a.sequence - b.sequence || a.ordinal - b.ordinal;

/** What orders facts among each other: those of one source entity, and those for one entity, stay in their order. */
export function lanesOf({
  source,
  sourceKey,
  entityId,
}: Pick<ParkedFact, 'source' | 'sourceKey' | 'entityId'>): string[] {
  const lanes: string[] = [];
  if (sourceKey !== null) lanes.push(`of ${source.slice(0, source.lastIndexOf('-'))}/${sourceKey}`);
  if (entityId !== null) lanes.push(`for ${entityId}`);
  return lanes;
}
