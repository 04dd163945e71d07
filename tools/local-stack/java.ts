import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from './stack-error.ts';

const oldest = 17;

/** The first Java of JAVA_HOME and PATH that is new enough. */
export async function findJava(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const fromHome = env['JAVA_HOME'] ? join(env['JAVA_HOME'], 'bin', 'java') : undefined;
  const candidates = [...(fromHome && existsSync(fromHome) ? [fromHome] : []), 'java'];
  let tooOld: string | undefined;
  for (const java of candidates) {
    const output = await versionOutput(java, env);
    const version = output === undefined ? undefined : javaVersion(output);
    if (version !== undefined && version >= oldest) return java;
    if (version !== undefined) tooOld ??= `${java} is Java ${version}`;
  }
  throw new StackError(
    tooOld
      ? `Kafka needs Java ${oldest} or newer, but ${tooOld}: install a newer one, or point JAVA_HOME at it.`
      : `Kafka needs Java ${oldest} or newer, and no working java was found in PATH or JAVA_HOME: install it, for example with \`apt install openjdk-17-jre-headless\` or \`brew install openjdk\`.`,
  );
}

/** The major version in what `java -version` prints: `1.8.0_392` is 8, `17.0.15` is 17, `25-ea` is 25. */
export function javaVersion(output: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(output);
  return match ? Number(match[1]) : undefined;
}

function versionOutput(java: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(java, ['-version'], { env }, (error, stdout, stderr) => resolve(error ? undefined : stdout + stderr));
  });
}
