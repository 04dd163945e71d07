import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { artifactFile, fetchArtifact, matchesChecksum } from './maven-artifact.ts';

const folder = mkdtempSync(join(tmpdir(), 'factstream-maven-'));
afterAll(() => rmSync(folder, { recursive: true }));

const content = 'the jar as it was pinned';
const pinned = {
  artifact: 'org.example:thing:1.0',
  size: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
};
const delivers =
  (text: string) =>
  async (_artifact: string, into: string, _repository?: string, file = '') => {
    writeFileSync(join(into, file), text);
    return file;
  };

test('an artifact with another checksum is refused, and nothing of it stays', async () => {
  const altered = content.replace('pinned', 'Pinned');
  const fetching = fetchArtifact(pinned, join(folder, 'altered.jar'), undefined, delivers(altered));
  await expect(fetching).rejects.toThrow('org.example:thing:1.0 does not have its pinned checksum');
  expect(readdirSync(folder)).toEqual([]);
});

test('an artifact with its checksum gets its name', async () => {
  const path = join(folder, artifactFile(pinned));
  await fetchArtifact(pinned, path, undefined, delivers(content));
  expect(readFileSync(path, 'utf8')).toBe(content);
  expect(readdirSync(folder)).toEqual(['thing-1.0.jar']);
});

test('a file of the same length but another content does not match', async () => {
  const path = join(folder, 'same-length');
  writeFileSync(path, content.toUpperCase());
  expect(await matchesChecksum(path, pinned)).toBe(false);
});
