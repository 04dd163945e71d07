import { Health } from '#mechanisms/service/index';
import type { HealthReport } from '#mechanisms/service/index';
import type { Upstreams } from './app.config.ts';

const TIMEOUT_MS = 2_000;

/**
 * Tells how the services behind the gateway are. The gateway stays ready as long as it reaches one of them: what one
 * part cannot do must not stop the others.
 */
export class UpstreamHealth {
  constructor(health: Health, upstreams: Upstreams) {
    health.register('upstreams', async () => report(upstreams));
  }
}

async function report(upstreams: Upstreams): Promise<HealthReport> {
  const states = await Promise.all(
    Object.entries(upstreams).map(async ([name, urls]) => [name, await stateOf(urls[0]!)] as const),
  );
  return { ready: states.some(([, state]) => state !== 'unreachable'), ...Object.fromEntries(states) };
}

async function stateOf(url: string): Promise<'ready' | 'not ready' | 'unreachable'> {
  try {
    const { ok } = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return ok ? 'ready' : 'not ready';
  } catch {
    return 'unreachable';
  }
}
