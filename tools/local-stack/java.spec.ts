import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { findJava, javaVersion } from './java.ts';

const folder = mkdtempSync(join(tmpdir(), 'factstream-java-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['java version "1.8.0_392"', 8],
  ['openjdk version "25-ea" 2025-09-16', 25],
  ['Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "21" 2023-09-19', 21],
  ['bash: java: command not found', undefined],
])('%j is Java %s', (output, version) => {
  expect(javaVersion(output)).toBe(version);
});

test('a missing Java is one sentence that says what to do', async () => {
  await expect(findJava({ PATH: folder })).rejects.toThrow(
    /needs Java 17 or newer, and no working java was found.*install it/,
  );
});

test('an old Java is named with its version', async () => {
  const java = join(folder, 'java');
  writeFileSync(java, '#!/bin/sh\necho \'openjdk version "11.0.2"\' >&2\n');
  chmodSync(java, 0o755);
  await expect(findJava({ PATH: `${folder}:/usr/bin:/bin` })).rejects.toThrow('java is Java 11');
});
