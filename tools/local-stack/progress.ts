/** A line for the person who waits. Goes to stderr: what a command prints as its result stays clean. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

const everyMs = 3_000;

/** Says how far a download is, every few seconds and at its end. */
export function downloadProgress(what: string, totalBytes: number) {
  const received = new Map<string, number>();
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
  const sum = (): number => [...received.values()].reduce((a, b) => a + b, 0);
  say(`fetching ${what} (${megabytes(totalBytes)} MB, once)`);
  const timer = setInterval(() => {
    const percent = Math.floor((sum() / totalBytes) * 100);
    say(`fetching ${what}: ${megabytes(sum())} of ${megabytes(totalBytes)} MB (${percent} %)`);
  }, everyMs);
  return {
    received: (part: string, bytes: number) => void received.set(part, bytes),
    done: () => clearInterval(timer),
  };
}
