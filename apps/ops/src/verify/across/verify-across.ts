import type { EventHistory } from '../event-history.ts';
import type { Difference } from '../report.ts';
import type { EntryMap } from '../scratch/scratch-map.ts';
import type { Sources } from '../sources.ts';
import { readCharges } from './card-processor.ts';
import type { Charge } from './card-processor.ts';
import type { EventCauses } from './event-causes.ts';
import { endedOrdersKeepNoMoney, moneyIsTakenOnce } from './order-money.ts';
import { ordersArePaidByCaptures, ordersProgress } from './order-progress.ts';
import type { ParkedFacts } from './parked-facts.ts';
import { booksAreEqual } from './processor-books.ts';
import { openOrdersHaveReservations, reservationsBelongToOpenOrders } from './reserved-credit.ts';
import { standingDifferences } from './standing-differences.ts';
import type { Settling } from './standing-differences.ts';
import type { Rule, SystemState } from './system-state.ts';

const RULES: readonly Rule[] = [
  ordersProgress,
  ordersArePaidByCaptures,
  reservationsBelongToOpenOrders,
  openOrdersHaveReservations,
  moneyIsTakenOnce,
  endedOrdersKeepNoMoney,
  booksAreEqual,
];

interface Histories {
  readonly customers: EventHistory;
  readonly orders: EventHistory;
  readonly payments: EventHistory;
}

/** I1 and I8 between the contexts; answers how many charges were compared. */
export async function verifyAcross(
  { customers, orders, payments }: Histories,
  causes: EventCauses,
  readParked: () => Promise<ParkedFacts>,
  cardProcessorUrl: string | undefined,
  settling: Settling,
  { scratch, report }: Sources,
): Promise<number> {
  const books = new Books(cardProcessorUrl, scratch.map<Charge>());
  if (cardProcessorUrl === undefined) {
    report.notes.add('The card processor’s books were not compared: CARD_PROCESSOR_URL is not set.');
  }
  const index = scratch.map<string>();
  const newIndex = (): EntryMap<string> => {
    index.clear();
    return index;
  };
  const look = async (): Promise<{ moved: boolean; found: Iterable<Difference> }> => {
    const failure = await books.read();
    if (failure) report.notCompared.add(`The card processor’s books could not be read: ${failure.message}.`);
    let moved = false;
    for (const history of [customers, orders, payments]) moved = (await history.readOn()) || moved;
    const entities = { customers: customers.entities, orders: orders.entities, payments: payments.entities };
    return { moved, found: found(causes, { now: Date.now(), ...entities, charges: books.charges, newIndex }) };
  };
  const newMap = () => scratch.map<Difference>();
  const standing = await standingDifferences(look, settling, newMap);
  const parked = await readParked();
  for (const difference of standing) {
    const excuse = parked.excuse(difference);
    if (excuse === undefined) report.differences.add(difference);
    else report.parked.add(excuse);
  }
  return books.charges?.size ?? 0;
}

function* found(causes: EventCauses, state: SystemState): Generator<Difference> {
  yield* causes.differences();
  for (const rule of RULES) yield* rule(state);
}

/** What the card processor has in its books, as of the last time that they were read. */
class Books {
  private readonly url: string | undefined;
  private readonly kept: EntryMap<Charge>;
  private isReadable: boolean;

  constructor(url: string | undefined, kept: EntryMap<Charge>) {
    this.url = url;
    this.kept = kept;
    this.isReadable = url !== undefined;
  }

  /** Undefined when they are not shown, or could not be read once. */
  get charges(): EntryMap<Charge> | undefined {
    return this.isReadable ? this.kept : undefined;
  }

  /** Reads them anew; answers why they cannot be read, once. */
  async read(): Promise<Error | undefined> {
    if (this.url === undefined || !this.isReadable) return undefined;
    try {
      this.kept.clear();
      for await (const charge of readCharges(this.url)) this.kept.set(charge.paymentId, charge);
      return undefined;
    } catch (error) {
      this.isReadable = false;
      return error as Error;
    }
  }
}
