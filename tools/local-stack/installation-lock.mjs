import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Two commands started at once in a fresh clone must not install over each other. Gives back how to unlock. */
export async function lockInstallation(root) {
  const lock = join(root, '.factstream', 'installing');
  mkdirSync(join(root, '.factstream'), { recursive: true });
  for (let said = false; !take(lock); said = true) {
    if (!holderLives(lock)) {
      rmSync(lock, { force: true });
      continue;
    }
    if (!said) console.error('waiting for another installation in this folder');
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return () => rmSync(lock, { force: true });
}

function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function holderLives(lock) {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    return pid === 0 || process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
