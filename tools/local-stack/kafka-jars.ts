import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, removeAbandoned, requireFreeSpace } from './cache.ts';
import { cachedPath, fetchArtifact, matchesChecksum, type PinnedArtifact } from './maven-artifact.ts';
import { downloadProgress } from './progress.ts';

const atOnce = 16;

/** The class path of a Kafka broker. Every jar is checked at every start, so a damaged one is replaced. */
export async function kafkaJars(): Promise<string[]> {
  const pinned = JSON.parse(readFileSync(join(import.meta.dirname, 'kafka-jars.json'), 'utf8')) as PinnedArtifact[];
  const folder = join(cacheFolder(), 'kafka-jars');
  mkdirSync(folder, { recursive: true });
  const checks = await Promise.all(
    pinned.map(async (jar) => ({ jar, ok: await matchesChecksum(cachedPath(folder, jar), jar) })),
  );
  const missing = checks.filter(({ ok }) => !ok).map(({ jar }) => jar);
  await fetchAll(missing, pinned.length, folder);
  return pinned.map((jar) => cachedPath(folder, jar));
}

async function fetchAll(missing: PinnedArtifact[], all: number, folder: string): Promise<void> {
  if (missing.length === 0) return;
  const total = missing.reduce((sum, jar) => sum + jar.size, 0);
  removeAbandoned(folder);
  requireFreeSpace(folder, Math.ceil(total / 1e6) + 10);
  const progress = downloadProgress(`${missing.length} of ${all} jars of Kafka`, total);
  const queue = [...missing];
  const worker = async (): Promise<void> => {
    for (let jar = queue.shift(); jar; jar = queue.shift()) {
      const { artifact } = jar;
      await fetchArtifact(jar, cachedPath(folder, jar), (bytes) => progress.received(artifact, bytes));
      progress.received(artifact, jar.size);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, missing.length) }, worker));
  } finally {
    progress.done();
  }
}
