import { EventCauses } from './across/event-causes.ts';
import { ParkedFacts } from './across/parked-facts.ts';
import type { Settling } from './across/standing-differences.ts';
import { verifyAcross } from './across/verify-across.ts';
import { DeadLetters } from './dead-letters.ts';
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

/** Each context by itself, one after another, then what must hold between them, and what was put aside. */
export async function verifySystem(system: VerifiedSystem, sources: Sources): Promise<Figures> {
  const newMap = <V>() => sources.scratch.map<V>();
  const [causes, letters, facts] = [new EventCauses(newMap), new DeadLetters(newMap), new ParkedFacts(newMap)];
  const verify = (entity: VerifiedEntity) => verifyEntity(entity, system, sources, causes, letters);
  const customers = await verify(system.customers);
  const orders = await verify(system.orders);
  const payments = await verify(system.payments);
  const histories = { customers: customers.history, orders: orders.history, payments: payments.history };
  const readParked = async (): Promise<ParkedFacts> => {
    for (const { control } of [system.customers, system.orders, system.payments]) {
      await facts.read(control, letters, sources);
    }
    return facts;
  };
  const charges = await verifyAcross(histories, causes, readParked, system.cardProcessorUrl, system, sources);
  await letters.verify(sources);
  return { customers: customers.figures, orders: orders.figures, payments: payments.figures, charges };
}
