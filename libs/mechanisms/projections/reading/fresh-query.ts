import { Query } from '@nestjs/cqrs';
import type { ConsistencyToken } from '#mechanisms/event-sourcing/index';
import type { Freshness } from './projection-reads.ts';
import type { Snapshot } from './snapshot.ts';

/** A query on the QueryBus whose answer is no older than its tokens; a handler gives it to `ProjectionReads.read` as it is. */
export abstract class FreshQuery<Result> extends Query<Result> implements Freshness {
  readonly tokens: readonly ConsistencyToken[];
  readonly waitMs: number;
  readonly snapshot?: Snapshot;

  constructor({ tokens, waitMs, snapshot }: Freshness) {
    super();
    this.tokens = tokens;
    this.waitMs = waitMs;
    if (snapshot) this.snapshot = snapshot;
  }
}
