import type { Clock } from '../clock.ts';

/** More would let a stream of commands without gaps hold up those that wait already. */
const MOST_TURNS = 12;

/** One turn without news may fall between two reads of the sockets; this many in a row mean that nothing is on its way. */
const QUIET_TURNS = 2;

/**
 * Lets in what has arrived at the process but was not read yet: turns of the event loop, for as long as they bring more
 * to the queue. A transaction costs about the same whether it carries one command or fifty.
 */
export async function arrivals(queue: { readonly length: number }, clock: Clock): Promise<void> {
  let quiet = 0;
  for (let turn = 0; turn < MOST_TURNS && quiet < QUIET_TURNS; turn += 1) {
    const before = queue.length;
    await clock.turn();
    quiet = queue.length > before ? 0 : quiet + 1;
  }
}
