import { readdirSync, readFileSync } from 'node:fs';

/** Of Linux, on every platform that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Seconds of CPU that the process and its children, also those that ended, have taken so far; 0 where there is no /proc. */
export function cpuSecondsOf(pid: number | undefined): number {
  const processes = running();
  const ticksOf = (id: number): number => {
    const children = [...processes].filter(([, { parent }]) => parent === id);
    return (processes.get(id)?.ticks ?? 0) + children.reduce((sum, [child]) => sum + ticksOf(child), 0);
  };
  return pid === undefined ? 0 : ticksOf(pid) / TICKS_PER_SECOND;
}

function running(): Map<number, { parent: number; ticks: number }> {
  const found = new Map<number, { parent: number; ticks: number }>();
  for (const name of procEntries()) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The command, in parentheses, may hold spaces. Then: state, parent, …, utime, stime and those of ended children.
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      const ticks = fields.slice(11, 15).reduce((sum, part) => sum + part, 0);
      found.set(Number(name), { parent: fields[1]!, ticks });
    } catch {
      // it has ended meanwhile
    }
  }
  return found;
}

function procEntries(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
