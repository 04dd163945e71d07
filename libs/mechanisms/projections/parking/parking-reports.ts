import { Counter } from 'prom-client';
import type { KafkaLogger } from '#mechanisms/kafka/index';
import type { ProjectionVersion } from '../projection.ts';
import { errorText } from './parked-events.ts';
import type { Parking } from './parked-events.ts';

const parkings = new Counter({
  name: 'projection_parkings_total',
  help: 'Records put aside, at fault themselves or behind another of their entity.',
  labelNames: ['projection', 'cause'],
});

/** Tells of every record that is put aside: an error for one at fault, a warning for one that waits behind it. */
export function reportParkings(
  logger: KafkaLogger,
  { name, schema }: ProjectionVersion,
  topic: string,
  partition: number,
  parked: readonly Parking[],
): void {
  for (const { record, eventId, error, behindOffset } of parked) {
    const isFault = behindOffset === null;
    parkings.inc({ projection: schema, cause: isFault ? 'fault' : 'behind' });
    const at = { projection: schema, topic, partition, offset: record.offset, eventId, entity: record.key?.toString() };
    const reason = errorText(error);
    const line = `projection ${schema} parked ${topic}-${partition} offset ${record.offset}: ${reason}`;
    if (isFault) logger.error({ ...at, reason }, `${line}; see factstream dlq list --projection ${name}`);
    else logger.warn({ ...at, behindOffset }, line);
  }
}
