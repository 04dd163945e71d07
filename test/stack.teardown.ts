import { stopTestStack } from '../tools/local-stack/test-stack.ts';

interface Modes {
  watch: boolean;
  watchAll: boolean;
}

const patienceMs = 5_000;

export default async function tearDown({ watch, watchAll }: Modes): Promise<void> {
  await stopTestStack();
  if (watch || watchAll) return;
  // Does not keep the process alive; it fires only when something that a test left open does.
  setTimeout(() => {
    console.error(
      'A test left something open that keeps Jest from ending (--detectOpenHandles tells what): ending it.',
    );
    process.exit();
  }, patienceMs).unref();
}
