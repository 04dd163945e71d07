// Plays rounds of load with faults and checks what clients were told: see round.ts.
//   npm run test:faults                              ten rounds of new seeds
//   npm run test:faults -- --seed 7 --rounds 3       those of seeds 7, 8 and 9
//   npm run test:faults -- --instances 2 --seconds 20
//   npm run test:faults -- --brokers 3               Kafka as three brokers instead of one
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../../tools/local-stack/build.ts';
import { jest } from '../../tools/local-stack/jest.ts';
import { say } from '../../tools/local-stack/progress.ts';
import { explain, StackError } from '../../tools/local-stack/stack-error.ts';
import { toEnvironment } from './settings.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    rounds: { type: 'string' },
    instances: { type: 'string', default: '1' },
    brokers: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '10' },
  },
});

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new StackError(`--${name} is a whole number from 1.`);
}

function oneOrThree(text: string): 1 | 3 {
  if (text === '1') return 1;
  if (text === '3') return 3;
  throw new StackError('--brokers is 1 or 3.');
}

try {
  await ensureBuilt();
  const first = wholeNumber('seed', values.seed ?? String(1 + (Date.now() % 1_000_000)));
  const rounds = wholeNumber('rounds', values.rounds ?? (values.seed === undefined ? '10' : '1'));
  const settings = {
    seeds: Array.from({ length: rounds }, (_, index) => first + index),
    instances: wholeNumber('instances', values.instances),
    brokers: oneOrThree(values.brokers),
    loadMs: 1_000 * wholeNumber('seconds', values.seconds),
    everyAccident: false,
  };
  process.execve!(
    process.execPath,
    [process.execPath, ...jest, '--selectProjects', 'e2e', '--testPathPatterns', 'test/faults/'],
    { ...process.env, ...toEnvironment(settings) },
  );
} catch (error) {
  say(explain(error));
  process.exit(1);
}
