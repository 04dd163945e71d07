import { encodeHeaders } from '#mechanisms/dead-letters/index';
import type { DeadLetter, DeadLetterRecord } from '#mechanisms/dead-letters/index';

const LONGEST_ERROR = 120;
const WIDTHS = [24, 24, 8, 36, 8, 24];
const TITLES = ['CONSUMER', 'PARTITION', 'OFFSET', 'ENTITY', 'ATTEMPTS', 'SINCE', 'ERROR'];

/** One line of the table, the titles when there is no letter. */
export function asTable(letter?: DeadLetter): string {
  const cells = letter ? cellsOf(letter) : TITLES;
  return `${cells.map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0)).join('  ')}\n`;
}

const cellsOf = ({
  consumer,
  topic,
  partition,
  offset,
  entity,
  attempts,
  firstFailedAt,
  error,
}: DeadLetter): string[] => [
  consumer,
  `${topic}-${partition}`,
  String(offset),
  oneLine(entity ?? '-', 36),
  String(attempts),
  new Date(firstFailedAt).toISOString(),
  oneLine(error, LONGEST_ERROR),
];

/** One line of JSON; bytes in base64, times in RFC 3339. */
export const asJson = (letter: DeadLetter | DeadLetterRecord): string =>
  `${JSON.stringify({
    ...letter,
    firstFailedAt: new Date(letter.firstFailedAt).toISOString(),
    lastFailedAt: new Date(letter.lastFailedAt).toISOString(),
    ...('headers' in letter && {
      key: letter.key && letter.key.toString('base64'),
      value: letter.value && letter.value.toString('base64'),
      headers: encodeHeaders(letter.headers),
    }),
  })}\n`;

/** A paragraph about a record, its bytes as text as far as they are printable. */
export function asText(letter: DeadLetterRecord): string {
  const { consumer, topic, partition, offset, eventId, behindOffset, error, attempts, key, value, headers } = letter;
  const waits = behindOffset === null ? '' : `, waits behind offset ${behindOffset}`;
  const times = [letter.firstFailedAt, letter.lastFailedAt].map((time) => new Date(time).toISOString());
  const lines = [
    `${consumer} ${topic}-${partition} offset ${offset}${waits}`,
    `  error    ${error}`,
    `  attempts ${attempts}, first ${times[0]}, last ${times[1]}`,
    `  event    ${eventId ?? '-'}`,
    `  key      ${printable(key)}`,
    ...Object.entries(headers).map(([name, values]) => `  header   ${name}: ${values.map(printable).join(', ')}`),
    `  value    ${value === null ? '-' : `${value.length} bytes: ${printable(value)}`}`,
  ];
  return `${lines.join('\n')}\n\n`;
}

const oneLine = (text: string, length: number): string => {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
};

const printable = (bytes: Buffer | null): string =>
  bytes === null ? '-' : bytes.toString('latin1').replaceAll(/[^\x20-\x7e]/g, '.');
