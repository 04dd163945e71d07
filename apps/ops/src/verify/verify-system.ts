import { EventCauses } from './across/event-causes.ts';
import type { Settling } from './across/standing-differences.ts';
import { verifyAcross } from './across/verify-across.ts';
import type { Sources } from './sources.ts';
import { verifyEntity } from './verify-entity.ts';
import type { EntityFigures, Patience, VerifiedEntity } from './verify-entity.ts';

/** Where everything stands, and how long to wait for what is under way. */
export interface VerifiedSystem extends Patience, Settling {
  readonly customers: VerifiedEntity;
  readonly orders: VerifiedEntity;
  readonly payments: VerifiedEntity;
  /** Undefined when its books are not shown here. */
  readonly cardProcessorUrl: string | undefined;
}

export interface Figures {
  readonly customers: EntityFigures;
  readonly orders: EntityFigures;
  readonly payments: EntityFigures;
  readonly charges: number;
}

/** Each context by itself, one after another, then what must hold between them. */
export async function verifySystem(system: VerifiedSystem, sources: Sources): Promise<Figures> {
  const causes = new EventCauses(() => sources.scratch.map());
  const customers = await verifyEntity(system.customers, system, sources, causes);
  const orders = await verifyEntity(system.orders, system, sources, causes);
  const payments = await verifyEntity(system.payments, system, sources, causes);
  const histories = { customers: customers.history, orders: orders.history, payments: payments.history };
  const charges = await verifyAcross(histories, causes, system.cardProcessorUrl, system, sources);
  return { customers: customers.figures, orders: orders.figures, payments: payments.figures, charges };
}
