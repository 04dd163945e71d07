import type { Entity, SchemaCatalogue } from '#mechanisms/schemas/index';
import { EntityCodec } from '../codec.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import { readControl } from '../ownership/control.ts';
import type { ParkedFact } from './parked-fact.ts';

/**
 * What is parked in a partition, in its order, for one who does not own it: as the control topic has it now. Whoever owns the
 * partition may have changed it by the time of the answer.
 */
export async function parkedIn(
  entity: Entity,
  catalogue: SchemaCatalogue,
  log: PartitionLog,
): Promise<readonly ParkedFact[]> {
  const { parked } = await readControl({ model: { entity }, codec: new EntityCodec(entity, catalogue), log });
  return parked.all();
}
