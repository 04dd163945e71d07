import type { Entity, SchemaCatalogue } from '#mechanisms/schemas/index';
import { EntityCodec } from './codec.ts';
import { readControl } from './control.ts';
import type { ParkedFact } from './parked-fact.ts';
import type { PartitionLog } from './partition-log.ts';

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
