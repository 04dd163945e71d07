import type { Checkpoint } from './read-model.ts';
import type { Report } from './report.ts';

/** What there is of one partition of a topic. */
interface Counted {
  readonly partition: string;
  readonly checkpoint: Checkpoint;
  /** In the log before the checkpoint. */
  readonly records: number;
  /** In the table of parked records. */
  readonly parked: number;
}

/** I5: a projection has consumed every record once, and each is projected, a duplicate, parked or discarded. */
export function compareCounts(
  schema: string,
  { partition, checkpoint, records, parked }: Counted,
  report: Report,
): void {
  const expect = (what: string, expected: number, found: number): void => {
    if (expected === found) return;
    report.differences.add({ invariant: 'I5', entity: schema, place: partition, what, expected, found });
  };
  const { consumed, projected, duplicates, discarded } = checkpoint;
  expect('the number of consumed records', records, consumed);
  expect(
    'the number of consumed records by what became of them',
    consumed,
    projected + duplicates + checkpoint.parked + discarded,
  );
  expect('the number of parked records', parked, checkpoint.parked);
}
