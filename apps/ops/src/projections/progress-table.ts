import { nameOf } from '#mechanisms/projections/versions/version-changes';
import type { Progress } from './progress-meter.ts';

/** Offsets that a version is behind at any moment while events are being written. */
const HARDLY = 1_000;

const HEADINGS = ['version', 'revision', 'state', 'events', 'parked', 'behind', 'events/s', 'left'];

/** One line for each version, under headings. */
export function progressTable(versions: readonly Progress[]): string {
  const lines = [HEADINGS, ...versions.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((cells) => cells[column]!.length)));
  const padded = lines.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  return `${padded.join('\n')}\n`;
}

const cellsOf = (one: Progress): string[] => [
  nameOf(one),
  String(one.revision),
  stateOf(one),
  String(one.consumed),
  String(one.parked),
  String(one.behind),
  one.eventsPerSecond === undefined ? '' : String(Math.round(one.eventsPerSecond)),
  one.behind === 0 || one.secondsLeft === undefined ? '' : `${Math.ceil(one.secondsLeft)} s`,
];

/** `current`: queries are answered from it. `caught up`: it can be. */
export function stateOf({ isCurrent, isPaused, behind }: Progress): string {
  const state = isCurrent ? 'current' : behind > HARDLY ? 'filling' : 'caught up';
  return isPaused ? `${state}, paused` : state;
}
