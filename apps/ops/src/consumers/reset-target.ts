/** Where a group is to read on: an end of each partition, the first record of a time (epoch milliseconds) or later, or an offset. */
export type ResetTarget = 'earliest' | 'latest' | { readonly time: number } | { readonly offset: number };

const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

/** Throws when the text is none of these. */
export function resetTarget(text: string): ResetTarget {
  if (text === 'earliest' || text === 'latest') return text;
  if (/^\d{1,15}$/.test(text)) return { offset: Number(text) };
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new Error(`--to is earliest, latest, a time as 2026-11-02T10:00:00Z, or an offset; not ${text}.`);
  }
  return { time };
}
