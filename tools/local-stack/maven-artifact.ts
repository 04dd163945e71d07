import { createHash } from 'node:crypto';
import { createReadStream, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryName } from './cache.ts';
import { isDiskFull, StackError } from './stack-error.ts';

export interface PinnedArtifact {
  /** `group:name:version`, or `group:name:packaging:classifier:version`. */
  artifact: string;
  size: number;
  sha256: string;
}

type Download = (
  artifact: string,
  folder: string,
  repository?: string,
  file?: string,
  options?: object,
) => Promise<string>;
const require = createRequire(import.meta.url);

const attempts = 3;
const stalledAfterMs = 30_000;

/** The name under which an artifact is cached. */
export function artifactFile({ artifact }: PinnedArtifact): string {
  const [, name, packagingOrVersion = '', classifier, version] = artifact.split(':');
  return version ? `${name}-${version}-${classifier}.${packagingOrVersion}` : `${name}-${packagingOrVersion}.jar`;
}

export async function matchesChecksum(path: string, pinned: PinnedArtifact): Promise<boolean> {
  if (statSync(path, { throwIfNoEntry: false })?.size !== pinned.size) return false;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex') === pinned.sha256;
}

/** Puts the artifact at `path`: all of it and with the pinned checksum, or not at all. */
export async function fetchArtifact(
  pinned: PinnedArtifact,
  path: string,
  onBytes: (received: number) => void = () => {},
  download: Download = require('mvn-artifact-download').default as Download,
): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await downloadWithRetries(pinned, temporary, onBytes, download);
    if (!(await matchesChecksum(temporary, pinned))) {
      throw new StackError(
        `The download of ${pinned.artifact} does not have its pinned checksum and was thrown away: try again, and if it stays so do not trust the repository or the network in between.`,
      );
    }
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

async function downloadWithRetries(
  pinned: PinnedArtifact,
  temporary: string,
  onBytes: (received: number) => void,
  download: Download,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await downloadOnce(pinned, temporary, onBytes, download);
    } catch (error) {
      if (isDiskFull(error)) throw error;
      if (attempt === attempts) {
        const reason = (error as Error).message;
        throw new StackError(
          `${pinned.artifact} could not be downloaded (${reason}): check the network, or set FACTSTREAM_MAVEN_REPOSITORY to a Maven repository that you can reach, and start again.`,
        );
      }
      await sleep(attempt * 1000);
    }
  }
}

/** The library does not notice a connection that goes quiet or breaks inside the body, so the file's growth is watched. */
async function downloadOnce(
  { artifact }: PinnedArtifact,
  temporary: string,
  onBytes: (received: number) => void,
  download: Download,
): Promise<void> {
  const repository = process.env['FACTSTREAM_MAVEN_REPOSITORY']?.replace(/\/*$/, '/');
  const abort = new AbortController();
  let received = -1;
  let lastGrowth = Date.now();
  let watch: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_, reject) => {
    watch = setInterval(() => {
      const size = statSync(temporary, { throwIfNoEntry: false })?.size ?? 0;
      if (size > received) {
        received = size;
        lastGrowth = Date.now();
        onBytes(size);
      } else if (Date.now() - lastGrowth > stalledAfterMs) {
        reject(new Error(`nothing arrived for ${stalledAfterMs / 1000} seconds`));
        abort.abort();
      }
    }, 200);
  });
  try {
    const options = { signal: abort.signal };
    await Promise.race([download(artifact, dirname(temporary), repository, basename(temporary), options), stalled]);
  } finally {
    clearInterval(watch);
  }
}

export function cachedPath(folder: string, pinned: PinnedArtifact): string {
  return join(folder, artifactFile(pinned));
}
