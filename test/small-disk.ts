import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ends, and takes the disk with it, when its input does: also when whoever started it is killed. */
const HOLDER = `mount -t tmpfs -o size="$1",mode=755 factstream "$2" && echo mounted && cat; umount -l "$2"`;
const CHUNK = Buffer.alloc(64 * 1024, 1);

/** A file system of its own, in memory, that can be filled up. Linux only, and only for root. */
export class SmallDisk {
  private readonly filler: string;
  private readonly holder: ChildProcess;

  private constructor(path: string, holder: ChildProcess) {
    this.filler = join(path, 'filler');
    this.holder = holder;
  }

  /** Undefined when this process may not mount one. */
  static async mount(path: string, megabytes: number): Promise<SmallDisk | undefined> {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
    mkdirSync(path, { recursive: true });
    const args = ['-c', HOLDER, 'sh', `${megabytes}m`, path];
    const holder = spawn('sh', args, { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    const mounted = once(holder.stdout, 'data').then(() => true);
    const isMounted = await Promise.race([mounted, once(holder, 'exit').then(() => false)]);
    return isMounted ? new SmallDisk(path, holder) : undefined;
  }

  /** Writes until nothing more fits. */
  fill(): void {
    for (;;) {
      try {
        writeFileSync(this.filler, CHUNK, { flag: 'a' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
        throw error;
      }
    }
  }

  makeRoom(): void {
    rmSync(this.filler);
  }

  async unmount(): Promise<void> {
    const ended = once(this.holder, 'exit');
    this.holder.stdin!.end();
    await ended;
  }
}
