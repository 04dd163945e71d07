import { parseArgs } from 'node:util';
import { simulateSeed } from './simulate-seed.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
  },
});

// Most errors here are refusals that nobody reads the stack of
if (values.seed === undefined) Error.stackTraceLimit = 0;

if (values.seed !== undefined) {
  const { violations, steps, commits } = await simulateSeed(Number(values.seed), (line) => console.log(line));
  console.log(`seed ${values.seed}: ${steps} steps, ${commits} commits`);
  report(violations);
} else {
  const first = Number(values.from);
  const last = first + Number(values.seeds) - 1;
  const started = performance.now();
  let steps = 0;
  let commands = 0;
  for (let seed = first; seed <= last; seed += 1) {
    const outcome = await simulateSeed(seed);
    steps += outcome.steps;
    commands += outcome.commands;
    if (outcome.violations.length === 0) continue;
    console.log(`seed ${seed} is red after ${seed - first + 1} seeds; see it with: npm run simulate -- --seed ${seed}`);
    report(outcome.violations);
    break;
  }
  const seconds = (performance.now() - started) / 1_000;
  console.log(`${commands} commands in ${steps} steps, ${seconds.toFixed(1)} s`);
}

function report(violations: readonly string[]): void {
  for (const violation of violations) console.log(`violated: ${violation}`);
  if (violations.length > 0) process.exitCode = 1;
}
