import { setImmediate as nextTurn } from 'node:timers/promises';

/** More would let a stream of commands without gaps hold up those that wait already. */
const MOST_TURNS = 4;

/**
 * Lets in what has arrived at the process but was not read yet: turns of the event loop, for as long as each brings more
 * to the queue. A transaction costs about the same whether it carries one command or fifty.
 */
export async function arrivals(queue: { readonly length: number }): Promise<void> {
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const before = queue.length;
    await nextTurn();
    if (queue.length <= before) return;
  }
}
