import { setTimeout as sleep } from 'node:timers/promises';
import type { CarefulClient } from './careful-client.ts';
import { oneOf } from './chance.ts';
import { changeLimit, registerCustomers } from './customers.ts';
import { OrderStory } from './order-story.ts';
import type { Tally } from './tally.ts';

export interface Pace {
  /** Orders a second. */
  readonly rate: number;
  readonly seconds: number;
}

/** Beyond this the system is behind, and no order is added to the heap. */
const MOST_AT_ONCE = 400;
/** How long stories may go on when no new one begins. */
const FINISH_MS = 45_000;
const ONE_LIMIT_CHANGE_IN = 50;
const MOST_CUSTOMERS = 300;

/** Begins so many orders a second, whatever becomes of those before, and ends when their stories are told. */
export async function play(client: CarefulClient, tally: Tally, { rate, seconds }: Pace): Promise<void> {
  const customers = await registerCustomers(client, Math.min(MOST_CUSTOMERS, 10 + rate * 3));
  const begun = performance.now();
  const until = Date.now() + seconds * 1_000 + FINISH_MS;
  const stories = new Set<Promise<void>>();
  for (let number = 0; number < rate * seconds; number += 1) {
    const due = begun + (number * 1_000) / rate;
    await sleep(Math.max(0, due - performance.now()));
    if (performance.now() - begun > seconds * 1_000) break;
    if (stories.size >= MOST_AT_ONCE) continue;
    const customer = oneOf(customers);
    const story = new OrderStory(client, tally).play(customer, until).finally(() => stories.delete(story));
    stories.add(story);
    if (number % ONE_LIMIT_CHANGE_IN === ONE_LIMIT_CHANGE_IN - 1) void changeLimit(client, oneOf(customers.slice(1)));
  }
  await Promise.all(stories);
}
