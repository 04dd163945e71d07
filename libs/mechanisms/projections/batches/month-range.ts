/** The UUIDv7 of one calendar month (UTC), as a half-open range of UUIDs in lower case. */
export interface MonthRange {
  /** `2026_11` */
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Epoch milliseconds of the month's end. */
  readonly endsAt: number;
}

/** The time of a UUIDv7 in epoch milliseconds (RFC 9562 §5.7), or undefined for any other UUID. */
export function timeOf(uuid: string): number | undefined {
  if (uuid[14] !== '7') return undefined;
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}

/** The month that a time in epoch milliseconds is in. */
export function monthOf(time: number): MonthRange {
  const date = new Date(time);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  const startsAt = Date.UTC(year, month);
  const endsAt = Date.UTC(year, month + 1);
  const name = `${year}_${String(month + 1).padStart(2, '0')}`;
  return { name, from: lowestUuid(startsAt), to: lowestUuid(endsAt), endsAt };
}

/** The month that a range is named after. */
export function monthNamed(name: string): MonthRange {
  const [year, month] = name.split('_').map(Number);
  return monthOf(Date.UTC(year!, month! - 1));
}

function lowestUuid(time: number): string {
  const hex = time.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
