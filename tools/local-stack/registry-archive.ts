import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, removeAbandoned, requireFreeSpace, temporaryName } from './cache.ts';
import { readJson, writeJson } from './files.ts';
import { fetchArtifact, type PinnedArtifact } from './maven-artifact.ts';
import { downloadProgress, say } from './progress.ts';
import { runToEnd } from './run-to-end.ts';

/** The newest line of Apicurio Registry that runs on Java 17. */
const version = '3.0.9';
const pinned: PinnedArtifact = {
  artifact: `io.apicurio:apicurio-registry-app:tar.gz:all:${version}`,
  size: 108_860_403,
  sha256: '2b28181501a20cbf6efcd77f9b7153908fc01f3d3a7c32024c0bd9e1b04c8a43',
};

type Inventory = Record<string, string>;

/** The registry's runnable jar, unpacked in the cache. A changed file there means that it is fetched again. */
export async function registryJar(): Promise<string> {
  const folder = join(cacheFolder(), `apicurio-registry-${version}`);
  if (!isIntact(folder)) await install(folder);
  return join(folder, `apicurio-registry-app-${version}-runner.jar`);
}

async function install(folder: string): Promise<void> {
  removeAbandoned(cacheFolder());
  requireFreeSpace(cacheFolder(), 300);
  const archive = temporaryName(`${folder}.tar.gz`);
  const unpacked = temporaryName(folder);
  const progress = downloadProgress('the schema registry', pinned.size);
  try {
    await fetchArtifact(pinned, archive, (bytes) => progress.received(version, bytes));
    progress.done();
    say('unpacking the schema registry');
    mkdirSync(unpacked);
    await runToEnd('unpacking the schema registry', 'tar', ['-xzf', archive, '-C', unpacked]);
    writeJson(join(unpacked, 'inventory.json'), inventory(unpacked));
    replace(folder, unpacked);
  } finally {
    progress.done();
    rmSync(archive, { force: true });
    rmSync(unpacked, { recursive: true, force: true });
  }
}

/** Another clone may have put an intact one there meanwhile; then that one stays. */
function replace(folder: string, unpacked: string): void {
  if (isIntact(folder)) return;
  rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(unpacked, folder);
  } catch (error) {
    if (!isIntact(folder)) throw error;
  }
}

/** Hashing 110 MB at every start would cost more than it finds: size and time of change show every write to a file. */
function isIntact(folder: string): boolean {
  const expected = readJson(join(folder, 'inventory.json'));
  return expected !== undefined && JSON.stringify(inventory(folder)) === JSON.stringify(expected);
}

function inventory(folder: string): Inventory {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.jar'));
  return Object.fromEntries(
    files.sort().map((file) => {
      const { size, mtimeMs } = statSync(join(folder, file));
      return [file, `${size} ${mtimeMs}`];
    }),
  );
}
