import { readFileSync } from 'node:fs';

/** This process's memory without what is mapped from files, whose pages the operating system takes back when it needs them. */
export function privateBytes(): number {
  if (process.platform !== 'linux') return process.memoryUsage.rss();
  return Number(/RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1_024;
}
