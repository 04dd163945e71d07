const ON_A_TERMINAL_MS = 200;
const IN_A_FILE_MS = 5_000;

/** One line that is written over itself on a terminal, and again every few seconds elsewhere. */
export class ProgressLine {
  private readonly text: () => string;
  private readonly timer: NodeJS.Timeout;

  constructor(text: () => string) {
    this.text = text;
    this.timer = setInterval(() => this.show(), process.stdout.isTTY ? ON_A_TERMINAL_MS : IN_A_FILE_MS);
  }

  end(): void {
    clearInterval(this.timer);
    this.show();
    if (process.stdout.isTTY) process.stdout.write('\n');
  }

  private show(): void {
    const line = this.text();
    if (!process.stdout.isTTY) process.stdout.write(`${line}\n`);
    else process.stdout.write(`\r\u001b[K${line.slice(0, (process.stdout.columns || 200) - 1)}`);
  }
}
