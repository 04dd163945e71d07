import type { EventHistory } from '../event-history.ts';
import type { Difference, Report } from '../report.ts';
import { readCharges } from './card-processor.ts';
import type { Charge } from './card-processor.ts';
import type { EventCauses } from './event-causes.ts';
import { endedOrdersKeepNoMoney, moneyIsTakenOnce } from './order-money.ts';
import { ordersArePaidByCaptures, ordersProgress } from './order-progress.ts';
import { booksAreEqual } from './processor-books.ts';
import { openOrdersHaveReservations, reservationsBelongToOpenOrders } from './reserved-credit.ts';
import { standingDifferences } from './standing-differences.ts';
import type { Settling } from './standing-differences.ts';
import type { Rule } from './system-state.ts';

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
  cardProcessorUrl: string | undefined,
  settling: Settling,
  report: Report,
): Promise<number> {
  if (cardProcessorUrl === undefined) {
    report.notes.push('The card processor’s books were not compared: CARD_PROCESSOR_URL is not set.');
  }
  let askAt = cardProcessorUrl;
  let charges: Charge[] | undefined;
  const readBooks = async (): Promise<void> => {
    try {
      charges = askAt === undefined ? undefined : await readCharges(askAt);
    } catch (error) {
      charges = askAt = undefined;
      report.notCompared.push(`The card processor’s books could not be read: ${(error as Error).message}.`);
    }
  };
  const look = async (): Promise<{ found: Difference[]; moved: boolean }> => {
    await readBooks();
    let moved = false;
    for (const history of [customers, orders, payments]) moved = (await history.readOn()) || moved;
    const entities = { customers: customers.entities, orders: orders.entities, payments: payments.entities };
    const state = { now: Date.now(), ...entities, charges };
    return { found: [...causes.differences(), ...RULES.flatMap((rule) => [...rule(state)])], moved };
  };
  for (const difference of await standingDifferences(look, settling)) report.add(difference);
  return charges?.length ?? 0;
}
