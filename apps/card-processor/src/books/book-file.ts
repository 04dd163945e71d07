import { mkdir, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Lines in a file that only grows. A line is on the disk when `append` resolves; lines that come while the disk is busy
 * are written together. After a failed write nothing more is taken: nobody knows what the file holds.
 */
export class BookFile {
  private readonly file: FileHandle;
  private pending: string[] = [];
  private written: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  private constructor(file: FileHandle) {
    this.file = file;
  }

  /** Opens or creates the file, and cuts off a last line that was never finished. */
  static async open(path: string): Promise<{ file: BookFile; lines: string[] }> {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, 'a+');
    const text = await handle.readFile('utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) await handle.truncate(Buffer.byteLength(whole));
    await handle.sync();
    await syncFolder(dirname(path));
    return { file: new BookFile(handle), lines: whole.split('\n').slice(0, -1) };
  }

  append(line: string): Promise<void> {
    this.pending.push(`${line}\n`);
    this.next ??= this.written.then(() => this.flush());
    this.written = this.next;
    return this.next;
  }

  /** Resolves when every line so far is on the disk. */
  settled(): Promise<void> {
    return this.written;
  }

  async close(): Promise<void> {
    await this.settled().catch(() => {});
    await this.file.close();
  }

  private async flush(): Promise<void> {
    this.next = undefined;
    const lines = this.pending;
    this.pending = [];
    await this.file.appendFile(lines.join(''));
    await this.file.datasync();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
