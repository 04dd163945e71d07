import { banner } from './banner.ts';
import { ensureBuilt } from './build.ts';
import { onEndRequest } from './end-request.ts';
import { becomeOnlySupervisor } from './only-supervisor.ts';
import { say } from './progress.ts';
import { explain } from './stack-error.ts';
import { Supervisor } from './supervisor.ts';

const supervisor = new Supervisor();
let owns = false;

async function end(exitCode: number): Promise<never> {
  if (owns) {
    await supervisor.stop();
    say('stopped; the data stays');
  }
  process.exit(exitCode);
}

onEndRequest(() => {
  say('stopping');
  void end(0);
});

try {
  await becomeOnlySupervisor();
  owns = true;
  await ensureBuilt();
  const { addresses } = await supervisor.start();
  process.stdout.write(banner(addresses));
} catch (error) {
  // What is interrupted by the stop fails; that is no news.
  if (!supervisor.stopping) {
    say(explain(error));
    await end(1);
  }
}
